/** The meaning of a refusal, by its message. */
interface Meaning {
	readonly words: RegExp;
	/** The senders of the message. */
	readonly source: string;
}

/** The link or its file has expired; a fresh link may help. */
const expired: readonly Meaning[] = [
	{
		words: /request(?: signature)? (?:has |is )?expired/i,
		source:
			'Amazon S3, Alibaba OSS, Tencent COS, Volcengine TOS and Google Cloud Storage: "Request has expired", "Request signature expired at"',
	},
	{
		words: /\bExpired(?:Token|Request|Link|Url|Signature)\b|\b(?:Token|Request|Link|Url|Signature)Expired\b/i,
		source: 'their error codes: ExpiredToken (S3, Google), RequestExpired',
	},
	{
		words:
			/\b(?:link|url|uri|signature|token|ticket|policy|timestamp|file|video|image|audio|media|resource|content|it|this)\b[^.。]{0,40}\b(?:has|have|is|was|are|already)?[ -]?expired\b/i,
		source: 'gateways and CDNs: "The link has expired", "URL signature expired"',
	},
	{ words: /\bexpired (?:link|url|uri|signature|token|request|timestamp|ticket)\b/i, source: 'CDNs: "expired timestamp", "expired link"' },
	{ words: /not valid in the specified time frame/i, source: 'Azure Blob Storage: "Signature not valid in the specified time frame"' },
	{
		words: /no longer (?:available|valid|exists?)|\bNoSuchKey\b|\bBlobNotFound\b|specified (?:key|object|blob) does not exist/i,
		source: 'the file is deleted: S3 and OSS (NoSuchKey), Azure (BlobNotFound)',
	},
	{ words: /过期|過期|失效|已删除|已刪除|有効期限|期限切れ|만료/, source: 'Chinese, Japanese and Korean CDNs: "链接已过期", "签名已失效"' },
];

/** Refused for another reason; a fresh link of the same kind would be refused too. */
const otherReasons: readonly Meaning[] = [
	{
		words: /SignatureDoesNotMatch|signature (?:we calculated )?does not match|signature mismatch|invalid signature/i,
		source: 'S3, OSS, COS, Google',
	},
	{
		words: /InvalidAccessKeyId|InvalidClientTokenId|\bInvalidToken\b|RequestTimeTooSkewed|UserDisable|AccountProblem|ArrearsError|overdue/i,
		source: 'S3, OSS',
	},
	{
		words: /hot ?link|\brefere?rer?\b|anti-?leech|防盗链|blacklist|whitelist|geo-?block|your (?:country|region|location)|\bWAF\b|captcha/i,
		source: 'CDNs: who may ask is limited',
	},
];

/** The host requires authentication. */
const wantsKey: readonly Meaning[] = [
	{
		words:
			/\bapi[ _-]?keys?\b|\b(?:access|auth|bearer|invalid|missing|no|provide an?|api|valid) ?token\b|\btoken (?:is |was )?(?:invalid|missing|required|not provided|not found)|\bbearer\b/i,
		source: 'gateways: "Invalid token", "API key required"',
	},
	{
		words:
			/unauthori[sz]ed|unauthenticated|not authenticated|authentication (?:is )?(?:required|failed|credentials)|authori[sz]ation (?:header|required)|missing authori[sz]ation|must be logged in|please log ?in|login required/i,
		source: 'RFC 9110, 15.5.2; gateways',
	},
	{ words: /令牌|密钥|未授权|未授權|未登录|请登录|鉴权|认证失败|无权/, source: 'Chinese gateways: "无效的令牌", "未提供令牌"' },
];

const says = (meanings: readonly Meaning[], text: string): boolean => meanings.some(({ words }) => words.test(text));

export type Refusal = 'expired' | 'wantsKey' | 'other';

/**
 * The meaning of a refusal. The message overrides the status. Without a known message, 403, 404 and 410 mean an expired link (CometAPI:
 * "403 after expiry"), and 401 means that a key is required.
 * @param text of the body, empty if it has none
 * @param onApi whether the task's own API refuses: "token" means its key there, and part of a signed link on other hosts
 */
export function refusalOf(status: number, text: string, onApi: boolean): Refusal {
	const maySay = status < 500 && status !== 429;
	const keyWords = maySay && status !== 404 && status !== 410 && says(wantsKey, text);
	if (onApi && (status === 401 || keyWords)) {
		return 'wantsKey';
	}
	if (maySay && says(otherReasons, text)) {
		return 'other';
	}
	if (maySay && says(expired, text)) {
		return 'expired';
	}
	if (status === 401 || keyWords) {
		return 'wantsKey';
	}
	return status === 403 || status === 404 || status === 410 ? 'expired' : 'other';
}
