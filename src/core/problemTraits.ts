/** What a person can do about a problem. `refresh`: nothing but check again, which happens without a person too. */
export type Remedy = 'setApiKey' | 'changeOperation' | 'openNetworkSettings' | 'openConsole' | 'refresh';

/** What follows from the kind of a problem. */
interface ProblemTraits {
	/**
	 * What its checks ask for.
	 * - `transient`: the same check can succeed later by itself
	 * - `refused`: the API does not give out this task; it may have been asked wrongly, or too early
	 * - `persistent`: a person or another machine must act
	 * - `final`: there are no more checks
	 */
	readonly failureClass: 'transient' | 'refused' | 'persistent' | 'final';
	/** What a person can do; `remedyOf` also looks at the code. */
	readonly remedy: Remedy;
	/** A command that checks many tasks asks this API no more. */
	readonly endsCommand: boolean;
}

/** What follows from the kind of an API's error. */
interface ApiErrorTraits extends ProblemTraits {
	readonly failureClass: 'transient' | 'refused' | 'persistent';
	/** Whether the same request can succeed later without a person's help, where its code says nothing else. */
	readonly retryable: boolean;
	/**
	 * What it says of the pace of requests.
	 * - `slowDown`: it asks for fewer
	 * - `normal`: it was answered as usual
	 * - `unsaid`: a server in trouble, or none at all, may be one that is asked too much
	 */
	readonly rateLimitHint: 'slowDown' | 'normal' | 'unsaid';
	/** What it means where the operation of a task is searched: the task is not under this one, that is not known, or the others would meet the same. */
	readonly search: 'notHere' | 'unclear' | 'stop';
	/** Whether it says that the API takes the key: `sure` ends a pause, `likely` only a doubt. */
	readonly keyTaken: 'sure' | 'likely' | 'unsaid';
	/** False where no answer came: whatever is in the way is tried again sooner. */
	readonly isResponse: boolean;
}

/** What a response, or its absence, can mean other than a snapshot. The source of each kind is in `api/apiError.ts`. */
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
 * What can be wrong with a task's checks besides.
 * - `noKey`: no API key is stored for the task's origin
 * - `keyUnreadable`: the editor's secret storage did not give the key out
 * - `tooOld`: 30 days have passed without an end; checks have stopped
 */
const ownTraits = {
	noKey: { failureClass: 'persistent', remedy: 'setApiKey', endsCommand: true },
	keyUnreadable: { failureClass: 'transient', remedy: 'refresh', endsCommand: false },
	tooOld: { failureClass: 'final', remedy: 'refresh', endsCommand: false },
} as const satisfies Readonly<Record<string, ProblemTraits>>;

/** Every kind of problem with what follows from it. A new kind is a row here and, in `ui`, a sentence for its cause and a few words for its row. */
export const problemTraits = { ...apiErrorTraits, ...ownTraits } as const;

/** Whether a text is a kind of problem. */
export function isProblemKind(text: string): text is keyof typeof problemTraits {
	return Object.hasOwn(problemTraits, text);
}
