import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'mocha';
import { readCommandLine } from '../../../src/simulator/commandLine';
import { mediaFolder } from '../../support/simulator';
import { at, call, simulators, textAt } from './harness';
import { describesTheProblem } from './mistakes';

interface Run {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

/** Runs the command line; `onOut` gets everything printed so far, and a function that sends a signal. */
function run(
	args: readonly string[],
	onOut: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Run> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [path.join(__dirname, 'cliProcess.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '';
		let err = '';
		child.stdout.on('data', (chunk: Buffer) => {
			out += chunk.toString();
			onOut(out, (signal) => child.kill(signal));
		});
		child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
		child.on('error', reject);
		child.on('close', (code) => resolve({ code, out, err }));
	});
}

describe("the simulator's command line", () => {
	it('reads its options', () => {
		assert.deepEqual(readCommandLine([]), {
			kind: 'run',
			port: 0,
			speed: 1,
			form: 'native',
			media: undefined,
			lists: 'answered',
			externalIds: 'honoured',
			mostRunning: Infinity,
			linkFaults: [],
		});
		const all =
			'--port 8080 --speed=2.5 --form flat --media x --no-lists --external-ids stripped --most-running 3 --link-faults stall,416'.split(
				' ',
			);
		assert.deepEqual(readCommandLine(all), {
			kind: 'run',
			port: 8080,
			speed: 2.5,
			form: 'flat',
			media: 'x',
			lists: 'refused',
			externalIds: 'stripped',
			mostRunning: 3,
			linkFaults: ['stall', '416'],
		});
		assert.deepEqual(readCommandLine(['--help']), { kind: 'help' });
	});

	describesTheProblem(readCommandLine, [
		[['--prot', '1'], /'--prot'.*Use --port, --speed/],
		[['--port'], /--port.*missing/],
		[['--port', '70000'], /--port must be a number from 0 to 65535, not "70000"/],
		[['--port', 'http'], /--port must be/],
		[['--speed', '0'], /--speed must be a number above 0/],
		[['--speed', 'fast'], /--speed must be/],
		[['--form', 'round'], /--form must be one of native, wrapper, simple, flat, not "round"/],
		[['--external-ids', 'lost'], /--external-ids must be one of honoured, ignored, stripped, not "lost"/],
		[['--most-running', 'few'], /--most-running must be a whole number, not "few"/],
		[['--link-faults', 'stall,slow'], /--link-faults must be names from --help, separated by commas, not "slow"/],
		[['now'], /'now'/],
	]);
});

describe('the simulator as a process', function () {
	this.timeout(20_000);
	const start = simulators();

	it('prints its origin, a key and how to create a task, responds, and stops on Ctrl+C', async () => {
		const responses: unknown[] = [];
		let asked = false;
		const { code, out, err } = await run(['--media', mediaFolder, '--speed', '2'], (soFar, kill) => {
			const [, origin] = /runs at (\S+)/.exec(soFar) ?? [];
			const [, key] = /API key: (\S+)/.exec(soFar) ?? [];
			if (asked || origin === undefined || key === undefined || !soFar.includes('Ctrl+C')) {
				return;
			}
			asked = true;
			const headers = { Authorization: `Bearer ${key}` };
			void (async () => {
				const url = `${origin}/kling/v1/videos/text2video`;
				const created = await call(url, { method: 'POST', headers, body: '{"prompt":"x"}' });
				responses.push(at(created, 'data.task_status'), (await call(`${url}/${textAt(created, 'data.task_id')}`, { headers })).status);
			})().finally(() => kill('SIGINT'));
		});
		assert.deepEqual(responses, ['submitted', 200]);
		assert.match(out, /curl http:\/\/127\.0\.0\.1:\d+\/kling\/v1\/videos\/text2video -H "Authorization: Bearer sk-offline-/);
		assert.deepEqual([code, err], [0, '']);
	});

	it('explains a mistake, a taken port and a missing folder in one sentence', async () => {
		const simulator = await start();
		const { port } = new URL(simulator.origin);
		const [mistake, taken, missing, help] = await Promise.all([
			run(['--speed', '-1']),
			run(['--media', mediaFolder, '--port', port]),
			run(['--media', path.join(mediaFolder, 'nowhere')]),
			run(['--help']),
		]);
		assert.deepEqual([mistake.code, taken.code, missing.code, help.code], [2, 1, 1, 0]);
		assert.match(taken.err, new RegExp(`^Port ${port} is taken\\..*\\n$`));
		assert.match(missing.err, /^The results' files are not in .*nowhere\. .*\n$/);
		assert.match(mistake.err, /--speed/);
		assert.match(help.out, /^An offline Kling/);
		assert.match(help.out, /npm run simulator -- --port 18090 --speed 10/);
		const created = [...help.out.matchAll(/curl http:\/\/127\.0\.0\.1:18090(\S+) .* -d '(.*)'/g)].map(([, where, body = '']) => [
			where,
			JSON.parse(body) as unknown,
		]);
		assert.deepEqual(created, [
			['/kling/v1/images/generations', { prompt: 'Four hills', n: 4 }],
			['/kling/v1/videos/text2video', { prompt: 'A storm [fail: the prompt was rejected]' }],
		]);
	});
});
