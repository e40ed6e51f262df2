/**
 * What a task's failure is about, as far as the API's words say it.
 * - `policy`: the content review refused the prompt, an input or the result
 * - `input`: a file or a parameter does not meet the requirements
 * - `quota`: the account is out of credit
 * - `passing`: the service failed or was too slow; the same task may succeed later
 * - `unknown`: the words say none of these
 */
export type FailureCause = 'policy' | 'input' | 'quota' | 'passing' | 'unknown';

/**
 * The words of each cause; the first match counts. Sources: reasons that Kling returned in `task_status_msg` (risk control, image pixel,
 * aspect ratio, no human), the texts of its error codes 1102, 1200, 1300, 1301, 5000 to 5002, and those that the gateway's source writes
 * itself (time limit, upstream, channel).
 */
const words: readonly (readonly [FailureCause, RegExp])[] = [
	[
		'quota',
		/balance (?:is )?not enough|insufficient[ _](?:user[ _]|account[ _])?(?:quota|balance|credit)|resource pack|in arrears|额度|余额|欠费/i,
	],
	[
		'policy',
		/risk control|security policy|platform policy|content (?:policy|moderation|review)|sensitive|prohibited|violat|审核|违规|敏感|风控/i,
	],
	[
		'passing',
		/time[ds]?[ -]?out|timeout|超时|upstream|get channel|server (?:error|busy)|internal error|unavailable|overload|try again later|繁忙|稍后/i,
	],
	[
		'input',
		/\binvalid\b|\bresolution\b|aspect ratio|\bpixels?\b|\bno (?:human|person|face|people)\b|\b(?:un)?supported\b|\btoo (?:large|small|long|short|big)\b|\bformat\b|\bexceeds?\b|\bmust\b|\brequired\b|参数|分辨率|比例|格式|人脸/i,
	],
];

/** The cause that a failure's reason names. */
export function failureCause(reason: string | undefined): FailureCause {
	return words.find(([, pattern]) => pattern.test(reason ?? ''))?.[0] ?? 'unknown';
}
