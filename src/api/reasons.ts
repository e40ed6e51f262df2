import { withoutCredentials } from '../core/credentials';
import { first } from '../core/first';
import { errorCodeOf, saysAllIsWell } from './errorMarks';
import type { Fields } from './json';
import { asText, fieldsOf, isHttpUrl, textOf, valueAt } from './json';

/** The messages of a response about a failed task or a failed request. */

/** Messages of a request that was too early, or whose server was busy: the same request can succeed later, whatever its status or code. */
export const passingTexts = {
	notYet: anyOf(
		/(?:\bnot|n['’]t)\b (?:yet )?(?:(?:been|be) )?(?:complete|finish|ready|generated|done|start|available yet)/,
		/\b(?:no|without) (?:result|output|video|image)s? yet\b|\b(?:result|output|video|image)s? (?:is|are) not (?:yet )?available\b|\bnot yet\b|\bincomplete\b/,
		/\b(?:is|are|still|being|currently) (?:being )?(?:process|runn|generat|render|queue|pending|working|in progress|in (?:the )?queue)|\bin[ _-]progress\b|\bpending\b/,
		/\bstatus\b.{0,12}\b(?:queued|processing|running|submitted|not_start|created)\b|^queued\b/,
		/\bplease wait\b|\bwait (?:for|until)\b|\bbe ready\b|\btoo early\b|\b(?:come|check) back\b/,
		/尚未|未完成|未生成|未就绪|还在|还未|还没|還沒|還在|处理中|處理中|生成中|进行中|進行中|排队|排隊|正在|等待/,
	),
	later: anyOf(
		/\b(?:try|retry)(?:ing)?(?: again)?(?: it)? (?:later|shortly|soon|in \w+|after)|\btry again\b|\bplease retry\b/,
		/稍[后候後]|请重试|請重試/,
	),
	unavailable: anyOf(
		/\b(?:service|server|upstream|gateway|backend|temporarily|currently)\b.{0,40}\b(?:unavailable|restarting|unreachable)\b|\bmaintenance\b|\btemporar(?:y|ily)\b|\b(?:starting|warming) up\b/,
		/\btimed? ?out\b|\btimeout\b|\bdeadline exceeded\b|\bECONN\w+|\bEOF\b|\bconnection (?:was )?(?:reset|refused|closed|aborted)\b|\bsocket hang up\b/,
		/\bbad gateway\b|\binternal server error\b|\bno healthy upstream\b|\bupstream connect error\b|\bcircuit breaker\b|\b(?:resource|database|record) (?:is )?locked\b|\bdeadlock\b/,
		/维护|維護|超时|超時|暂时|暂不可用/,
	),
	busy: anyOf(
		/\bsaturat|\boverload|\b(?:too|is|are|server|service|system|currently) busy\b|\b(?:at|over|no (?:available )?|exceed\w* |insufficient )capacity\b|\bhigh (?:demand|load)\b|\bqueue is full\b/,
		/饱和|飽和|繁忙|服务忙|过载|负载过高|请求量.{0,4}大/,
	),
} as const;

/** Messages about a request instead of a task: a temporary error, or a rejected key, an exceeded rate, an unavailable server. */
const requestTexts: readonly RegExp[] = [
	...Object.values(passingTexts),
	anyOf(
		/\bunauthori[sz]ed\b|\bforbidden\b|\b(?:api[ _-]?)?(?:key|token)\b.{0,20}\b(?:invalid|expired|missing)|\b(?:invalid|bad|wrong|expired|missing) (?:api[ _-]?)?(?:key|token)\b|\bauthenticat|\b(?:permission|access) denied\b/,
		/令牌|密钥|未授权|鉴权|无权限/,
	),
	anyOf(/\brate[ _-]?limit|\btoo (?:many|fast)\b|\bthrottl|\bquota\b|\bbalance\b/, /频繁|限流|余额|额度/),
	anyOf(
		/\bunavailable\b|\bupstream\b|\bgateway\b|\bconnection\b|\bnetwork\b|\bsocket\b|\bfetch failed\b|\b(?:fetch|get|query)(?:ing)? task\b|\b(?:no|failed to get) (?:available )?channel\b/,
		/网络|渠道|查询任务|获取任务/,
	),
	// Messages of HTTP clients, parsers and databases inside gateways.
	anyOf(
		/\bdial tcp\b|\bno such host\b|\b(?:ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE)\b|\bcontext (?:canceled|cancelled|deadline)|\b(?:do |http )?request failed\b|\bfetch error\b|\bpolling failed\b|\bquery failed\b|\bstatus_?code[=:]|\bx509\b|\bcertificate\b|\btls\b/,
		/\bsignature\b|\b(?:RPM|QPS|TPM)\b|\bflow control\b|\buser not found\b|\baccount (?:is )?(?:disabled|suspended|banned)\b|\b(?:cannot )?unmarshal\b|\binvalid (?:response|character)\b|\bempty response\b|\bunexpected (?:end of JSON|EOF|token)\b|\b(?:internal )?server error\b|\brecord not found\b|\bdatabase\b/,
		/认证失败|身份验证|签名|无效的API|数据库错误|服务器(?:内部)?错误|记录不存在/,
	),
	// HTTP statuses of requests, and Kling's codes for the key, the rate and the server.
	/^\s*(?:HTTP )?(?:401|403|408|409|42[359]|499|5\d\d)\b|\b(?:HTTP|status(?: code)?)[ :]{1,3}(?:4\d\d|5\d\d)\b|: ?5\d\d$|^(?:100[0-4]|130[234]|500[0-2])$/i,
];

/** One case-insensitive expression that matches any of the patterns. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
	return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/** The fields with a failed task's reason, which come before the level's `error` and its `message`. */
const reasonNames = ['task_status_msg', 'fail_reason', 'failure_reason', 'failed_reason', 'fail_message', 'fail_msg', 'reason'];
const errorMessageNames = ['error_message', 'error_msg', 'errmsg', 'err_msg', 'error_description', 'description', 'detail', 'msg'];

/**
 * Why a task failed, in the API's words without the passwords of URLs; undefined when the response gives no reason.
 * @param levels innermost first
 */
export function failureText(levels: readonly Fields[]): string | undefined {
	const text =
		first(reasonNames, (name) => first(levels, (fields) => words(textOf(fields, name)))) ??
		first(levels, errorText) ??
		first(['message', ...errorMessageNames], (name) => first(levels, (fields) => words(textOf(fields, name))));
	return text === undefined ? undefined : withoutCredentials(text);
}

/** Drops success messages, and links, which older gateways put into `fail_reason`. */
function words(text: string | undefined): string | undefined {
	return text === undefined || saysAllIsWell(text) || isHttpUrl(text) ? undefined : text;
}

function errorText(fields: Fields): string | undefined {
	return textOf(fieldsOf(fields, 'error'), 'message', 'msg') ?? textOf(fields, 'error');
}

/**
 * Whether the reason of a failed record is about a request instead of the task: the key, the rate, an unavailable server. Such a record may
 * only report the gateway's own last request to the provider.
 * @param levels objects of a response
 */
export function speaksOfRequest(levels: readonly Fields[]): boolean {
	const texts = levels.flatMap((fields) => [
		errorCodeOf(fields),
		...['error', 'errors', 'message', ...reasonNames, ...errorMessageNames].flatMap((name) => textsIn(valueAt(fields, name))),
	]);
	return texts.some((text) => text !== undefined && requestTexts.some((pattern) => pattern.test(text)));
}

/** The texts and numbers in a value and its nested objects, at most three levels deep. */
function textsIn(value: unknown, depth = 0): readonly string[] {
	const text = asText(value);
	if (text !== undefined) {
		return [text];
	}
	return typeof value === 'object' && value !== null && depth < 3
		? Object.values(value)
				.slice(0, 20)
				.flatMap((inner) => textsIn(inner, depth + 1))
		: [];
}
