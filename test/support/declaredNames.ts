import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The names that a file of code declares, members included. */
export function declaredNames(file: string): readonly string[] {
	const names: string[] = [];
	const visit = (node: ts.Node): void => {
		const { parent } = node;
		const isOwn = ts.isIdentifier(node) || ts.isPrivateIdentifier(node);
		if (isOwn && !ts.isPropertyAccessExpression(parent) && !ts.isImportSpecifier(parent) && 'name' in parent && parent.name === node) {
			names.push(node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
	return names;
}
