import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { omitUndefined } from '../core/omitUndefined';
import type { OperationPath } from '../core/operation';
import { retentionMs } from '../core/retention';
import { respondToApi, cannedResponse } from './api';
import type { SimulatedResponse } from './api';
import { VirtualClock } from './clock';
import { CreateLog, type ExecutedCreate } from './createLog';
import { createFromBody, type CreateOutcome, type ExternalIds } from './createTask';
import { SeededRandom } from './random';
import { faultEffect } from './faultEffect';
import { Faults, type Fault } from './faults';
import { Keys } from './keys';
import type { Authorization } from './keys';
import { ResultLinks } from './links';
import { listen, readBody, readPart } from './loopback';
import { loadMedia } from './media';
import type { MediaLibrary } from './media';
import { RequestLog } from './requestLog';
import { respondWithResult } from './resultResponse';
import { findRoute } from './routes';
import type { Route } from './routes';
import type { ScenarioOptions, SimulatorOptions } from './simulatorOptions';
import { TaskBook } from './tasks';
import type { NewTaskOptions, ResponseForm } from './tasks';
import { transmit } from './transmit';
import type { ResponseSpec } from './transmit';

export type { ScenarioOptions, SimulatorOptions } from './simulatorOptions';

/** An offline Kling on a loopback port: create, query and list for every operation, and the results' media files. */
export class Simulator {
	/** `http://127.0.0.1:<port>` */
	readonly origin: string;
	readonly clock: VirtualClock;
	readonly faults = new Faults();
	readonly requests: RequestLog;
	/** The response form of tasks without a form of their own. */
	form: ResponseForm;
	/** What becomes of the external IDs of creates and queries from now on. */
	externalIds: ExternalIds;
	/** How many tasks may be unfinished before a create is refused. */
	mostRunning: number;

	readonly #creates = new CreateLog();
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
		this.externalIds = options.externalIds ?? 'honoured';
		this.mostRunning = options.mostRunning ?? Infinity;
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
		return createFromBody(this.#tasks, operation, body, options, this.externalIds);
	}

	/** The creates that were executed on request, oldest first, whether or not their responses arrived. */
	get creates(): readonly ExecutedCreate[] {
		return this.#creates.all();
	}

	/** Refuses new connections, as a machine does that has no such server, until `listenAgain`. */
	refuseConnections(): void {
		this.#server.close();
	}

	/** Ends `refuseConnections`. @throws the system's error if the port was taken meanwhile */
	async listenAgain(): Promise<void> {
		await listen(this.#server, Number(new URL(this.origin).port));
	}

	/** Replaces the accepted keys. */
	acceptKeys(keys: readonly string[]): void {
		this.#keys.accept(keys);
	}

	/** Closes every connection at once and frees the port. Can be called again. */
	async close(): Promise<void> {
		this.#closing.abort();
		if (!this.#server.listening) {
			this.#server.closeAllConnections();
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
			ifRange: request.headers['if-range']?.toString(),
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
		if (fault?.kind === 'resetMidRequest') {
			await readPart(request, fault.bytes);
			request.socket.resetAndDestroy();
			return;
		}
		if (fault?.kind === 'slowReading') {
			await pause(fault.ms, undefined, { signal: this.#closing.signal });
		}
		const body = await readBody(request);
		const execute = (): SimulatedResponse =>
			this.#respond(request, fault?.kind === 'otherTask' ? this.#toOtherTask(route) : route, url, authorization, body, fault);
		if (fault?.kind === 'noResponse') {
			note(omitUndefined({ taskId: fault.executed ? execute().taskId : undefined }));
			if (fault.end !== 'silence') {
				request.socket[fault.end === 'reset' ? 'resetAndDestroy' : 'destroySoon']();
			}
			return;
		}
		const { replaced, spoilt } = faultEffect(fault, {
			authorization: request.headers.authorization,
			taskId: asked,
			now: this.clock.now(),
			requestId: () => this.#random.requestId(),
		});
		const isExecuted = replaced === undefined || (fault !== undefined && 'executed' in fault && fault.executed);
		const executed = isExecuted ? execute() : undefined;
		const truth: SimulatedResponse =
			replaced === undefined ? (executed ?? execute()) : { ...replaced, ...omitUndefined({ taskId: executed?.taskId }) };
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
	#respond(
		request: IncomingMessage,
		route: Route,
		url: URL,
		authorization: Authorization,
		body: string | undefined,
		fault: Fault | undefined,
	): SimulatedResponse {
		if (route.kind === 'result') {
			return fault?.kind === 'wantsKey' && authorization !== 'correct'
				? this.#refuse(authorization)
				: respondWithResult(this.#links.read(url), this.#media, request, fault, () => this.#random.requestId());
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
			externalIds: this.externalIds,
			mostRunning: this.mostRunning,
			creates: this.#creates,
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
}
