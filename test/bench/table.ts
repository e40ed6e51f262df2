/** A table of figures. */
export interface Table {
	readonly title: string;
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

/** The table in Markdown, under its title. */
export function markdown({ title, head, rows }: Table): string {
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [`\n**${title}**\n`, line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
