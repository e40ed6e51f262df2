import { saysAllIsWell } from './errorMarks';
import type { Fields } from './json';
import { fieldsOf, first, isHttpUrl, textOf } from './json';

/** The words of a response about what went wrong: with a task, or with a request. */

/** Words of a request that came too early or to a server that is busy: the same request can succeed later, whatever status or code they come with. */
export const passingTexts = {
	notYet:
		/(?:\bnot|n['’]t)\b (?:yet )?(?:(?:been|be) )?(?:complete|finish|ready|generated|done|available yet)|\b(?:no|without) (?:result|output|video|image)s? yet\b|\bnot yet\b|\bincomplete\b|\b(?:is|are|still|being|currently) (?:being )?(?:process|runn|generat|render|queue|pending|in progress|in (?:the )?queue)|\bin[ _-]progress\b|\bplease wait\b|\btoo early\b|尚未|未完成|未生成|还在|还没|处理中|生成中|进行中|排队中|正在|请等待|請稍/i,
	later: /\b(?:try|retry)(?:ing)?(?: again)?(?: it)? (?:later|shortly|soon|in \w+|after)|\btry again\b|\bplease retry\b|稍[后候後]|请重试|請重試/i,
	unavailable: /\b(?:service|server|upstream|gateway|backend|temporarily|currently)\b.{0,40}\b(?:unavailable|restarting|maintenance)\b|\btemporar(?:y|ily)\b|\btimed? ?out\b|\btimeout\b|\bresource (?:is )?locked\b|维护|超时|暂时|暂不可用/i,
	busy: /\bsaturat|\boverload|\b(?:too|is|are|server|system|currently) busy\b|\b(?:at|over|no (?:available )?|exceed\w* |insufficient )capacity\b|\bhigh (?:demand|load)\b|\bqueue is full\b|饱和|繁忙|过载|负载过高/i,
} as const;

/** Words by which a reason speaks of a request: it passes by itself, or a key, a rate, a server in between was refused. */
const requestTexts: readonly RegExp[] = [
	...Object.values(passingTexts),
	/\bunauthori[sz]ed\b|\bforbidden\b|\b(?:api[ _-]?)?(?:key|token)\b.{0,20}\b(?:invalid|expired|missing)|\b(?:invalid|bad|wrong|expired|missing) (?:api[ _-]?)?(?:key|token)\b|\bauthenticat|\bpermission denied\b|\baccess denied\b|令牌|密钥|未授权|鉴权|无权限/i,
	/\brate[ _-]?limit|\btoo (?:many|fast)\b|\bthrottl|\bquota\b|频繁|限流/i,
	/\bunavailable\b|\bupstream\b|\bbad gateway\b|\bgateway\b|\bconnection\b|\bnetwork\b|\bECONN|\bsocket\b|\bfetch failed\b|\b(?:no|failed to get) (?:available )?channel\b|网络|渠道/i,
	/^\s*(?:HTTP )?(?:401|403|408|409|42[359]|499|5\d\d)\b/i,
];

/** Where a failed task's reason stands on its level, before the level's `error` and its `message`. */
const reasonNames = ['task_status_msg', 'fail_reason', 'failure_reason', 'failed_reason', 'fail_message', 'fail_msg', 'reason'];
const errorMessageNames = ['error_message', 'error_msg', 'errmsg', 'err_msg', 'detail', 'msg'];

/**
 * Why a task failed, in the API's words; undefined when nothing says.
 * @param levels innermost first
 */
export function failureText(levels: readonly Fields[]): string | undefined {
	return first(reasonNames, (name) => first(levels, (fields) => words(textOf(fields, name)))) ?? first(levels, errorText) ?? first(['message', ...errorMessageNames], (name) => first(levels, (fields) => words(textOf(fields, name))));
}

/** A text that says something: no word of success, and no link, which older gateways leave in `fail_reason`. */
function words(text: string | undefined): string | undefined {
	return text === undefined || saysAllIsWell(text) || isHttpUrl(text) ? undefined : text;
}

function errorText(fields: Fields): string | undefined {
	return textOf(fieldsOf(fields, 'error'), 'message', 'msg') ?? textOf(fields, 'error');
}

/**
 * Whether the reason of a failed record speaks of a request rather than of the task: the key, the rate, a server that was not available. Such a
 * record may be the gateway's word on its own last question to the provider.
 * @param levels objects of a response
 */
export function speaksOfRequest(levels: readonly Fields[]): boolean {
	const texts = levels.flatMap((fields) => {
		const error = fieldsOf(fields, 'error');
		return [textOf(error, 'code'), textOf(error, 'type'), textOf(error, 'message', 'msg'), ...['error', 'message', ...reasonNames, ...errorMessageNames].map((name) => textOf(fields, name))];
	});
	return texts.some((text) => text !== undefined && requestTexts.some((pattern) => pattern.test(text)));
}
