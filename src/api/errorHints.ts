import type { ApiErrorKind } from '../core/problem';
import { isOk } from './httpStatus';
import { passingTexts } from './reasons';

/** Messages that are more specific than the status they come with. The first match counts. */
const textHints: readonly { readonly kind: ApiErrorKind; readonly text: RegExp; readonly fits?: (httpStatus: number) => boolean }[] = [
	{
		kind: 'quota',
		text: /\binsufficient[ _](?:user[ _]|account[ _])?(?:quota|balance|credit)|balance (?:is )?not enough|\bresource pack (?:is |has )?(?:been )?(?:exhausted|expired|used up)|\bin arrears\b|欠费|额度不足|额度已用尽|余额不足/i,
	},
	{ kind: 'policy', text: /risk control|sensitive words|content moderation/i },
	{ kind: 'concurrency', text: /parallel task|concurren|并发/i, fits: (httpStatus) => httpStatus === 429 },
	{ kind: 'concurrency', text: /\btoo many (?:concurrent|parallel)|\bconcurrency limit|并发(?:数|超|限)/i },
	{ kind: 'rateLimit', text: /\brate[ _-]?limit|\btoo many requests\b|请求过于频繁|请求频率/i },
	// Under 429 the status itself says that the error is temporary and that the rate must drop.
	{ kind: 'concurrency', text: passingTexts.busy, fits: isNotRate },
	{ kind: 'server', text: passingTexts.notYet, fits: isNotRate },
	{ kind: 'server', text: passingTexts.later, fits: isNotRate },
	{ kind: 'server', text: passingTexts.unavailable, fits: isNotRate },
	{
		kind: 'notFound',
		text: /\btask[ _](?:is[ _])?(?:not[ _](?:found|exist)|does[ _]not[ _]exist)|\bno such task\b|任务不存在|任務不存在|找不到任务|未找到任务|任务未找到|查无此任务/i,
	},
	// Under any other status such words may be about a parameter.
	{ kind: 'auth', text: /\bunauthori[sz]ed\b|\binvalid (?:api[ _-]?)?(?:key|token)\b|\bbad (?:api[ _-]?)?key\b|无效的令牌/i, fits: isOk },
];

/** The kind of error that a message hints at; undefined when it hints at none. */
export function hintedKind(httpStatus: number, message: string): ApiErrorKind | undefined {
	return textHints.find(({ text, fits }) => (fits?.(httpStatus) ?? true) && text.test(message))?.kind;
}

/** Hinted kinds that override a code for a permanent error: the message describes the current state better than the code. */
const outrankCodes: ReadonlySet<ApiErrorKind> = new Set(['server', 'concurrency', 'rateLimit', 'notFound']);
const outrankedCodes: ReadonlySet<ApiErrorKind> = new Set(['badRequest', 'forbidden', 'notFound']);

/** Whether a hinted kind overrides the kind of the code it came with. */
export function outranks(hinted: ApiErrorKind, coded: ApiErrorKind): boolean {
	return outrankedCodes.has(coded) && outrankCodes.has(hinted);
}

function isNotRate(httpStatus: number): boolean {
	return httpStatus !== 429;
}
