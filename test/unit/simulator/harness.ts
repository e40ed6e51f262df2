import { afterEach } from 'mocha';
import type { Json } from '../../../src/simulator/forms';
import type { Simulator, SimulatorOptions } from '../../../src/simulator/simulator';
import type { OperationPath } from '../../../src/core/operation';
import { operationKey } from '../../../src/core/operation';
import { startSimulator } from '../../support/simulator';

export const apiKey = 'sk-unit-0123456789abcdef';
export const textToVideo = { action: 'videos', action2: 'text2video' } as const;
export const startAt = Date.UTC(2026, 0, 15, 12, 0, 0);

/** A response as tests compare it. */
export interface Received {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** The body; undefined if it is not a JSON object. */
	readonly json: Json | undefined;
}

/** Starts simulators with a manual clock, and closes them after each test of the file that calls it. */
export function simulators(): (options?: Partial<SimulatorOptions>) => Promise<Simulator> {
	const running: Simulator[] = [];
	afterEach(async () => {
		await Promise.all(running.splice(0).map((simulator) => simulator.close()));
	});
	return async (options = {}) => {
		const simulator = await startSimulator(apiKey, { startAt, ...options });
		running.push(simulator);
		return simulator;
	};
}

/** Waits until this many requests have arrived, whatever happens to them. */
export async function arrived(simulator: Simulator, count: number): Promise<void> {
	while (simulator.requests.all().length < count) {
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** Sends a request, with the right key unless `init` has another. */
export async function call(url: string, init: RequestInit = {}): Promise<Received> {
	const response = await fetch(url, { redirect: 'manual', headers: { Authorization: `Bearer ${apiKey}` }, ...init });
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: parse(text) };
}

export const pathOf = (operation: OperationPath): string => `/kling/v1/${operationKey(operation)}`;

export function query(simulator: Simulator, operation: OperationPath, id: string, init?: RequestInit): Promise<Received> {
	return call(`${simulator.origin}${pathOf(operation)}/${id}`, init);
}

export function post(simulator: Simulator, operation: OperationPath, body: unknown): Promise<Received> {
	return call(`${simulator.origin}${pathOf(operation)}`, {
		method: 'POST',
		headers: { Authorization: `Bearer ${apiKey}` },
		body: JSON.stringify(body),
	});
}

function parse(text: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The value at a path such as `data.task_result.videos.0.url`; undefined if there is none. */
export function at(received: Received, keys: string): unknown {
	return keys.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), received.json);
}

/** The same as text; fails if it is not one. */
export function textAt(received: Received, keys: string): string {
	const value = at(received, keys);
	if (typeof value !== 'string') {
		throw new Error(`No text at ${keys}: ${JSON.stringify(value)}`);
	}
	return value;
}
