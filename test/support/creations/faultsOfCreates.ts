import type { Fault } from '../../../src/simulator/faults';

/** What can happen to a POST, by name. Times are real ms. Without “task made” in its name, the request had no effect. */
export const createFaults: Readonly<Record<string, Fault>> = {
	'reset before the body': { kind: 'resetBefore' },
	'reset in the body': { kind: 'resetMidRequest', bytes: 40 },
	'reset after the body': { kind: 'noResponse', end: 'reset', executed: false },
	'response lost by a reset, task made': { kind: 'noResponse', end: 'reset', executed: true },
	'response lost by a close, task made': { kind: 'noResponse', end: 'close', executed: true },
	'reset in the response, task made': { kind: 'resetMidBody' },
	'cut response, task made': { kind: 'truncated' },
	'slow response': { kind: 'late', ms: 700 },
	'response in pieces': { kind: 'slowBody', ms: 500 },
	'body read slowly': { kind: 'slowReading', ms: 500 },
	'5xx of Kling': { kind: 'canned', name: 'serverError' },
	'5xx of Kling, task made': { kind: 'canned', name: 'serverError', executed: true },
	'503 of Kling, task made': { kind: 'canned', name: 'unavailable', executed: true },
	'504 of the gateway, task made': { kind: 'canned', name: 'gatewayTimeout', executed: true },
	'HTML page': { kind: 'canned', name: 'badGatewayPage' },
	'HTML page, task made': { kind: 'canned', name: 'gatewayTimeoutPage', executed: true },
	'HTML page under 200, task made': { kind: 'canned', name: 'websitePage', executed: true },
	'empty 200, task made': { kind: 'canned', name: 'emptyBody', executed: true },
	'200 without an ID, task made': { kind: 'canned', name: 'noData', executed: true },
	'too fast (1302)': { kind: 'canned', name: 'rateLimit' },
	'no free slot (1303)': { kind: 'canned', name: 'concurrency', retryAfter: 2 },
	'saturated 429': { kind: 'canned', name: 'gatewaySaturated' },
	'saturated 403': { kind: 'canned', name: 'gatewaySaturated', status: 403 },
	'refusal that repeats the key': { kind: 'echoKey', status: 400 },
	'failure that repeats the key': { kind: 'echoKey', status: 500 },
	'refused prompt': { kind: 'canned', name: 'contentPolicy' },
	'out of credit': { kind: 'canned', name: 'packExhausted' },
	'redirect 307': { kind: 'redirect', status: 307, location: 'https://elsewhere.example/' },
	'redirect 302, task made': { kind: 'redirect', status: 302, location: 'https://elsewhere.example/', executed: true },
	'redirect 303, task made': { kind: 'redirect', status: 303, location: 'https://elsewhere.example/', executed: true },
};

/** What can happen to a search for the task of a create. */
export const searchFaults: Readonly<Record<string, Fault>> = {
	'search: 5xx': { kind: 'canned', name: 'serverError' },
	'search: reset': { kind: 'resetBefore' },
	'search: HTML page': { kind: 'canned', name: 'badGatewayPage' },
	'search: failure that repeats the key': { kind: 'echoKey', status: 500 },
	'search: 429': { kind: 'canned', name: 'rateLimit' },
	'search: cut response': { kind: 'truncated' },
};
