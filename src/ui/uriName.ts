import type { Uri } from 'vscode';

/** The name of a file or folder, with its extension, as it is. */
export function uriName({ path }: Uri): string {
	return path.slice(path.lastIndexOf('/') + 1);
}
