import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { omitUndefined } from '../core/omitUndefined';
import type { OperationPath } from '../core/operation';
import { retentionMs } from '../core/retention';
import { respondToApi, cannedResponse } from './api';
import type { SimulatedResponse } from './api';
import { VirtualClock } from './clock';
import { createFromBody, type CreateOutcome } from './createTask';
import { SeededRandom } from './random';
import { faultEffect } from './faultEffect';
import { Faults } from './faults';
import type { Fault } from './faults';
import { Keys } from './keys';
import type { Authorization } from './keys';
import { ResultLinks } from './links';
import { listen, readBody } from './loopback';
import { respondWithMedia, loadMedia } from './media';
import type { MediaLibrary } from './media';
import { RequestLog } from './requestLog';
import { findRoute } from './routes';
import type { Route } from './routes';
import { TaskBook } from './tasks';
import type { NewTaskOptions, ResponseForm } from './tasks';
import { transmit } from './transmit';
import type { ResponseSpec } from './transmit';

/** Options of a simulator. */
export interface SimulatorOptions {
	/** The folder `media/demo`. */
	readonly mediaFolder: string;
	/** The keys it accepts. */
	readonly apiKeys: readonly string[];
	/** Default 0: any free one. */
	readonly port?: number;
	/** Tasks run this many times faster than in reality; the clock and the lifetimes of links do not change. Default 1. */
	readonly speed?: number;
	/** The clock only moves by `clock.advance`. Default false. */
	readonly manualClock?: boolean;
	/** The initial time, ms since 1970. Default: now. */
	readonly startAt?: number;
	/** Default `native`; can be changed while it runs, and per task. */
	readonly form?: ResponseForm;
	/** The same seed gives the same IDs. Default 1. */
	readonly seed?: number;
	/** Also accept any well-formed JSON Web Token, the kind of key that Kling's own API uses. Default false. */
	readonly acceptAnyJwt?: boolean;
	/** Whose error format a missing or wrong key gets. Default `gateway`. */
	readonly authErrors?: 'gateway' | 'kling';
	/** The response to a query under another operation than the task's own: not found (Kling), or the task anyway (some gateways). */
	readonly wrongOperation?: 'notFound' | 'responded';
	/**
	 * The response to a list query. `answered` (default): Kling's own list, of tasks in the form of their single responses, so that the
	 * demo, the tests and dry runs include it. `refused`: as a gateway without lists, which the real one may be: it documents none.
	 */
	readonly lists?: 'answered' | 'refused';
	/** Lifetime of a result link, in ms of the clock. Default 30 days. */
	readonly linkLifetimeMs?: number;
	/** `fresh` (default): every response has new links; `fixed`: they live from when the task finished, and a new query does not help. */
	readonly links?: 'fresh' | 'fixed';
}

/** Options of a task in a test scenario. */
export type ScenarioOptions = NewTaskOptions & {
	/** The first queries of the task get these faults, one each. */
	readonly faults?: readonly Fault[];
};

/** An offline Kling on a loopback port: create, query and list for every operation, and the results' media files. */
export class Simulator {
	/** `http://127.0.0.1:<port>` */
	readonly origin: string;
	readonly clock: VirtualClock;
	readonly faults = new Faults();
	readonly requests: RequestLog;
	/** The response form of tasks without a form of their own. */
	form: ResponseForm;

	readonly #server: Server;
	readonly #options: SimulatorOptions;
	readonly #media: MediaLibrary;
	readonly #keys: Keys;
	readonly #random: SeededRandom;
	readonly #tasks: TaskBook;
	readonly #links: ResultLinks;
	readonly #closing = new AbortController();

	private constructor(server: Server, origin: string, options: SimulatorOptions, media: MediaLibrary, clock: VirtualClock) {
		this.#server = server;
		this.#options = options;
		this.#media = media;
		this.origin = origin;
		this.form = options.form ?? 'native';
		this.clock = clock;
		this.#keys = new Keys(options.apiKeys, options.acceptAnyJwt ?? false);
		this.requests = new RequestLog((key) => this.#keys.saw(key));
		this.#random = new SeededRandom(options.seed ?? 1);
		this.#tasks = new TaskBook(clock, this.#random);
		this.#links = new ResultLinks({
			origin,
			clock,
			secret: randomBytes(16).toString('hex'),
			lifetimeMs: options.linkLifetimeMs ?? retentionMs,
			links: options.links ?? 'fresh',
		});
		server.on('request', (request, response) => void this.#serve(request, response));
	}

	/**
	 * Starts a simulator on 127.0.0.1.
	 * @throws the system's error if the port is taken or a media file is missing, RangeError for an invalid speed
	 */
	static async start(options: SimulatorOptions): Promise<Simulator> {
		const clock = new VirtualClock({
			speed: options.speed ?? 1,
			manual: options.manualClock ?? false,
			startAt: options.startAt ?? Date.now(),
		});
		const media = await loadMedia(options.mediaFolder);
		const server = createServer();
		const port = await listen(server, options.port ?? 0);
		return new Simulator(server, `http://127.0.0.1:${port}`, options, media, clock);
	}

	/**
	 * Creates a task without a request and returns its ID.
	 * @throws Error if the external ID is taken
	 */
	create(operation: OperationPath, options: ScenarioOptions = {}): string {
		const task = this.#tasks.create(operation, options);
		if (task === undefined) {
			throw new Error(`External id ${options.externalId ?? ''} is taken.`);
		}
		for (const fault of options.faults ?? []) {
			this.faults.next({ fault, match: { method: 'GET', taskId: task.id } });
		}
		return task.id;
	}

	/** Creates a task from a request's body, or refuses it, as a POST does. */
	createFromBody(operation: OperationPath, body: string, options?: Pick<NewTaskOptions, 'successMs'>): CreateOutcome {
		return createFromBody(this.#tasks, operation, body, options);
	}

	/** Replaces the accepted keys. */
	acceptKeys(keys: readonly string[]): void {
		this.#keys.accept(keys);
	}

	/** Closes every connection at once and frees the port. Can be called again. */
	async close(): Promise<void> {
		this.#closing.abort();
		if (!this.#server.listening) {
			return;
		}
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		this.#server.closeAllConnections();
		await closed;
	}

	/** Handles one request from arrival to response; never rejects. */
	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			await this.#handle(request, response);
		} catch (error) {
			// The client disconnected or the simulator closed: there is no one to respond to.
			if (this.#closing.signal.aborted || request.socket.destroyed) {
				return;
			}
			if (response.headersSent) {
				request.socket.destroy(error instanceof Error ? error : undefined);
			} else {
				response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`The simulator failed: ${String(error)}`);
			}
		}
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', this.origin);
		const method = request.method ?? 'GET';
		const route = findRoute(method, url.pathname);
		const asked = route.kind === 'query' || route.kind === 'result' ? route.taskId : undefined;
		const taskId = asked === undefined ? undefined : (this.#tasks.find(asked)?.id ?? asked);
		const on = route.kind === 'result' ? 'result' : 'api';
		const authorization = this.#keys.judge(request.headers.authorization);
		const fault = this.faults.take({ on, method, path: url.pathname, taskId });
		const note = this.requests.open({
			kind: route.kind,
			method,
			path: url.pathname,
			taskId,
			authorization,
			range: request.headers.range,
			at: Date.now(),
			clockAt: this.clock.now(),
			status: undefined,
			closedAt: undefined,
			fault: fault?.kind,
		});
		response.once('close', () => note({ closedAt: Date.now() }));

		if (fault?.kind === 'silence') {
			return;
		}
		if (fault?.kind === 'resetBefore') {
			request.socket.resetAndDestroy();
			return;
		}
		const body = await readBody(request);
		const { replaced, spoilt } = faultEffect(fault, {
			authorization: request.headers.authorization,
			taskId: asked,
			now: this.clock.now(),
			requestId: () => this.#random.requestId(),
		});
		const truth =
			replaced ?? this.#respond(request, fault?.kind === 'otherTask' ? this.#toOtherTask(route) : route, url, authorization, body);
		const spec: SimulatedResponse =
			fault?.kind === 'withoutLinks'
				? { ...truth, body: Buffer.from(truth.body.toString('utf8').replace(/"https?:[^"]*"/g, '""')) }
				: truth;
		note(omitUndefined({ status: spec.status, taskId: spec.taskId }));
		response.sendDate = false;
		const dated = { ...spec, headers: { Date: new Date(this.clock.now()).toUTCString(), ...spec.headers } };
		await transmit(request, response, dated, spoilt, this.#closing.signal);
	}

	/** The regular response. */
	#respond(request: IncomingMessage, route: Route, url: URL, authorization: Authorization, body: string | undefined): SimulatedResponse {
		if (route.kind === 'result') {
			return this.#respondWithResult(request, url);
		}
		if (route.kind === 'other' && !route.api) {
			return cannedResponse(url.pathname === '/' ? 'websitePage' : 'notFoundPage', this.#random.requestId());
		}
		if (authorization !== 'correct') {
			return this.#refuse(authorization);
		}
		if (body === undefined) {
			return { status: 413, headers: {}, body: Buffer.alloc(0) };
		}
		const { wrongOperation = 'notFound', lists = 'answered' } = this.#options;
		const parts = {
			tasks: this.#tasks,
			clock: this.clock,
			random: this.#random,
			links: this.#links,
			form: this.form,
			wrongOperation,
			lists,
		};
		return respondToApi(parts, route, url.searchParams, body);
	}

	#toOtherTask(route: Route): Route {
		const other = route.kind === 'query' ? this.#tasks.otherThan(route.taskId) : undefined;
		return other === undefined ? route : { kind: 'query', operation: other, taskId: other.id };
	}

	#refuse(authorization: Exclude<Authorization, 'correct'>): ResponseSpec {
		if ((this.#options.authErrors ?? 'gateway') === 'gateway') {
			return cannedResponse('gatewayInvalidToken', this.#random.requestId());
		}
		return cannedResponse(authorization === 'absent' ? 'authorizationEmpty' : 'authorizationInvalid', this.#random.requestId());
	}

	#respondWithResult(request: IncomingMessage, url: URL): ResponseSpec {
		const target = this.#links.read(url);
		const file = target === undefined ? undefined : this.#media.get(target.file);
		if (target === undefined || file === undefined) {
			return cannedResponse('notFoundPage', this.#random.requestId());
		}
		switch (target.state) {
			case 'expired':
				return cannedResponse('linkExpired', this.#random.requestId());
			case 'forged':
				return cannedResponse('linkForged', this.#random.requestId());
			case 'valid':
				return respondWithMedia(file, request);
		}
	}
}
