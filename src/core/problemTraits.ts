/** What a person can do about a problem. `refresh`: only check again, which also happens automatically. */
export type Remedy = 'setApiKey' | 'changeOperation' | 'openNetworkSettings' | 'openConsole' | 'refresh';

/** Properties of every kind of problem. */
interface ProblemTraits {
	/**
	 * What the next checks depend on.
	 * - `transient`: the same check can succeed later without help
	 * - `refused`: the API does not return this task; the request may be wrong or too early
	 * - `persistent`: a person or another machine must act
	 * - `final`: there are no more checks
	 */
	readonly failureClass: 'transient' | 'refused' | 'persistent' | 'final';
	/** What a person can do; `remedyOf` also considers the code. */
	readonly remedy: Remedy;
	/** A command that checks many tasks sends no more requests to this API. */
	readonly endsCommand: boolean;
}

/** Properties of every kind of API error. */
interface ApiErrorTraits extends ProblemTraits {
	readonly failureClass: 'transient' | 'refused' | 'persistent';
	/** Whether the same request can succeed later without a person's help, unless the code says otherwise. */
	readonly retryable: boolean;
	/**
	 * What it says about the rate of requests.
	 * - `slowDown`: reduce it
	 * - `normal`: the API responds as usual
	 * - `unsaid`: nothing; a failing or unreachable server may be overloaded
	 */
	readonly rateLimitHint: 'slowDown' | 'normal' | 'unsaid';
	/**
	 * What it means while searching for a task's operation: the task is not under this one, this is unclear, or all others would fail the
	 * same way.
	 */
	readonly search: 'notHere' | 'unclear' | 'stop';
	/** Whether it shows that the API accepts the key: `sure` ends a pause, `likely` only clears an unconfirmed rejection. */
	readonly keyTaken: 'sure' | 'likely' | 'unsaid';
	/** False if no response arrived; such checks are retried sooner. */
	readonly isResponse: boolean;
}

/** What a response, or the absence of one, can mean other than a snapshot. The source of each kind is in `api/apiError.ts`. */
export const apiErrorTraits = {
	auth: {
		failureClass: 'persistent',
		remedy: 'setApiKey',
		endsCommand: true,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'stop',
		keyTaken: 'unsaid',
		isResponse: true,
	},
	quota: {
		failureClass: 'persistent',
		remedy: 'openConsole',
		endsCommand: false,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'stop',
		keyTaken: 'likely',
		isResponse: true,
	},
	forbidden: {
		failureClass: 'refused',
		remedy: 'openConsole',
		endsCommand: false,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'unclear',
		keyTaken: 'likely',
		isResponse: true,
	},
	notFound: {
		failureClass: 'refused',
		remedy: 'changeOperation',
		endsCommand: false,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'notHere',
		keyTaken: 'sure',
		isResponse: true,
	},
	badRequest: {
		failureClass: 'refused',
		remedy: 'changeOperation',
		endsCommand: false,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'notHere',
		keyTaken: 'likely',
		isResponse: true,
	},
	policy: {
		failureClass: 'refused',
		remedy: 'refresh',
		endsCommand: false,
		retryable: false,
		rateLimitHint: 'normal',
		search: 'unclear',
		keyTaken: 'likely',
		isResponse: true,
	},
	rateLimit: {
		failureClass: 'transient',
		remedy: 'refresh',
		endsCommand: true,
		retryable: true,
		rateLimitHint: 'slowDown',
		search: 'stop',
		keyTaken: 'unsaid',
		isResponse: true,
	},
	concurrency: {
		failureClass: 'transient',
		remedy: 'refresh',
		endsCommand: true,
		retryable: true,
		rateLimitHint: 'slowDown',
		search: 'stop',
		keyTaken: 'unsaid',
		isResponse: true,
	},
	server: {
		failureClass: 'transient',
		remedy: 'refresh',
		endsCommand: false,
		retryable: true,
		rateLimitHint: 'unsaid',
		search: 'unclear',
		keyTaken: 'unsaid',
		isResponse: true,
	},
	unreachable: {
		failureClass: 'transient',
		remedy: 'refresh',
		endsCommand: true,
		retryable: true,
		rateLimitHint: 'unsaid',
		search: 'stop',
		keyTaken: 'unsaid',
		isResponse: false,
	},
	malformed: {
		failureClass: 'persistent',
		remedy: 'refresh',
		endsCommand: false,
		retryable: true,
		rateLimitHint: 'unsaid',
		search: 'unclear',
		keyTaken: 'unsaid',
		isResponse: true,
	},
} as const satisfies Readonly<Record<string, ApiErrorTraits>>;

/**
 * Problems of a task's checks that are not API errors.
 * - `noKey`: no API key is stored for the task's origin
 * - `keyUnreadable`: the editor's secret storage could not be read
 * - `tooOld`: 30 days have passed without a final status; checks have stopped
 */
const ownTraits = {
	noKey: { failureClass: 'persistent', remedy: 'setApiKey', endsCommand: true },
	keyUnreadable: { failureClass: 'transient', remedy: 'refresh', endsCommand: false },
	tooOld: { failureClass: 'final', remedy: 'refresh', endsCommand: false },
} as const satisfies Readonly<Record<string, ProblemTraits>>;

/**
 * Every kind of problem with its properties. A new kind needs a row here and, in `ui`, a sentence for its cause and a short text for its
 * list row.
 */
export const problemTraits = { ...apiErrorTraits, ...ownTraits } as const;

/** Whether a text is a kind of problem. */
export function isProblemKind(text: string): text is keyof typeof problemTraits {
	return Object.hasOwn(problemTraits, text);
}

/** Whether a text is a kind of API error. */
export function isApiErrorKind(text: string): text is keyof typeof apiErrorTraits {
	return Object.hasOwn(apiErrorTraits, text);
}
