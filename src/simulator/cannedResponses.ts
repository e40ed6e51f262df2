/** Facts that a canned response may put into its text. */
interface CannedFacts {
	readonly requestId: string;
	/** The ID in the request. */
	readonly taskId: string;
}

/** A response that does not depend on any task. */
export interface CannedResponse {
	readonly status: number;
	readonly type: string;
	readonly body: (facts: CannedFacts) => string;
}

const json = 'application/json; charset=utf-8';
const html = 'text/html; charset=utf-8';
const xml = 'application/xml';

const kling = (status: number, code: number, message: string): CannedResponse => ({
	status,
	type: json,
	body: ({ requestId, taskId }) => JSON.stringify({ code, message: message.replace('{id}', taskId), request_id: requestId }),
});
const gateway = (status: number, code: string, message: string, more: Readonly<Record<string, unknown>> = {}): CannedResponse => ({
	status,
	type: json,
	body: ({ requestId }) =>
		JSON.stringify({ error: { code, message: `${message} (request id: ${requestId})`, type: 'comet_api_error', ...more } }),
});
const plain = (status: number, body: unknown): CannedResponse => ({ status, type: json, body: () => JSON.stringify(body) });
const page = (status: number, title: string): CannedResponse => ({
	status,
	type: html,
	body: () =>
		`<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><hr><center>simulator</center></body></html>\n`,
});

/** Every row of the error tables, by name. */
export const cannedResponses = {
	// Kling's own error table: HTTP status, code, text.
	authenticationFailed: kling(401, 1000, 'Authentication failed'),
	authorizationEmpty: kling(401, 1001, 'Authorization is empty'),
	authorizationInvalid: kling(401, 1002, 'The token was expected to have 3 parts, but got 0'),
	tokenNotYetValid: kling(401, 1003, 'Authorization is not yet valid'),
	tokenExpired: kling(401, 1004, 'Authorization has expired'),
	abnormalAccount: kling(429, 1100, 'Account exception'),
	inArrears: kling(429, 1101, 'Account in arrears'),
	packExhausted: kling(429, 1102, 'Account balance not enough'),
	noRight: kling(403, 1103, 'Unauthorized access to requested resource'),
	invalidParameters: kling(400, 1200, 'Invalid request parameters'),
	invalidValue: kling(400, 1201, "duration value '99' is invalid"),
	taskNotFound: kling(400, 1201, 'Task not found by id/external id: {id}'),
	externalIdTaken: kling(400, 1201, 'External_task_id {id} already exists'),
	methodInvalid: kling(404, 1202, 'The requested method is invalid'),
	resourceMissing: kling(404, 1203, 'The requested resource does not exist'),
	platformPolicy: kling(400, 1300, 'Trigger strategy of the platform'),
	contentPolicy: kling(400, 1301, 'Trigger the content security policy of the platform'),
	rateLimit: kling(429, 1302, 'The API request is too fast, exceeding the platform rate limit'),
	concurrency: kling(429, 1303, 'parallel task over resource pack limit'),
	ipNotAllowed: kling(429, 1304, 'Trigger the IP whitelist policy of the platform'),
	serverError: kling(500, 5000, 'Internal server error'),
	unavailable: kling(503, 5001, 'Service temporarily unavailable'),
	timeout: kling(504, 5002, 'Server internal timeout'),

	// The gateway's own errors.
	gatewayModelRequired: gateway(400, '', 'model name is required'),
	gatewayInvalidToken: gateway(401, '', 'Invalid token'),
	gatewayQuota: gateway(403, 'insufficient_user_quota', '用户额度不足, 剩余额度: ＄0.000000'),
	gatewayQuotaFlat: plain(403, { code: 'insufficient_user_quota', message: '用户额度不足, 剩余额度: 0.1' }),
	gatewayModelForbidden: gateway(403, '', 'This token has no access to model kling-v1'),
	gatewayIpForbidden: gateway(403, 'access_denied', 'Your IP is not in the list of allowed addresses of this token'),
	gatewayUserBanned: gateway(403, '', 'This user has been banned'),
	gatewayTaskNotExist: plain(400, { code: 'task_not_exist', message: 'task_not_exist', data: null }),
	/** The upstream's refusal, quoted in the gateway's error. */
	gatewayFetchFailed: {
		status: 500,
		type: json,
		body: ({ requestId }) =>
			JSON.stringify({
				code: 'fail_to_fetch_task',
				message: JSON.stringify({ code: 5001, message: 'Service temporarily unavailable', request_id: requestId }),
				data: null,
			}),
	},
	/** A client error under 500: retrying is useless. */
	gatewayInvalidRequest: gateway(500, 'invalid_request', 'invalid request', { param: '' }),
	gatewayNoChannel: gateway(503, 'model_not_found', 'no available channel for group default and model kling-v1 (distributor)'),
	gatewayRateLimit: gateway(429, '', 'Too many requests, please slow down'),
	gatewaySaturated: gateway(429, '', '当前分组上游负载已饱和，请稍后再试'),
	/** Insufficient quota under 429: not a rate limit. */
	gatewayQuotaTooMany: gateway(429, 'insufficient_user_quota', '用户额度不足, 剩余额度: ＄0.000000'),
	gatewayServerError: gateway(500, '', 'upstream returned error'),
	gatewayUnavailable: gateway(503, '', 'upstream returned error'),
	gatewayTimeout: gateway(504, '', 'upstream timed out'),

	// Other observed bodies, and pages of proxies.
	errorAsText: plain(400, { error: 'task_not_found' }),
	messageOnly: plain(404, { message: 'Not Found' }),
	detailOnly: plain(422, { detail: 'Unprocessable' }),
	noData: plain(200, { code: 'success', message: '', data: null }),
	emptyBody: { status: 200, type: json, body: () => '' },
	rateLimitPage: page(429, '429 Too Many Requests'),
	badGatewayPage: page(502, '502 Bad Gateway'),
	unavailablePage: page(503, '503 Service Temporarily Unavailable'),
	gatewayTimeoutPage: page(504, '504 Gateway Time-out'),
	cloudflareTimeoutPage: page(524, 'A timeout occurred'),
	notFoundPage: page(404, '404 Not Found'),
	/** The response of a wrong base URL or a network's sign-in page. */
	websitePage: page(200, 'Welcome'),
	linkExpired: {
		status: 403,
		type: xml,
		body: ({ requestId }) =>
			`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired.</Message><RequestId>${requestId}</RequestId></Error>\n`,
	},
	linkForged: {
		status: 403,
		type: xml,
		body: ({ requestId }) =>
			`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><RequestId>${requestId}</RequestId></Error>\n`,
	},
} as const satisfies Record<string, CannedResponse>;

export type CannedName = keyof typeof cannedResponses;
