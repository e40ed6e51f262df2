// npm run cases -- FOLDER: tries a corpus of inputs (see corpus.ts).
import process from 'node:process';
import { runCases } from './run';

void runCases(process.argv.slice(2), console.log).then(
	(exitCode) => {
		process.exitCode = exitCode;
	},
	(error: unknown) => {
		console.error(error);
		process.exitCode = 2;
	},
);
