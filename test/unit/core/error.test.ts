import type { Failure } from 'n8n-workflow';

import { type ErrorKind, failureOf, fullDescription, meaningOf } from '../../../nodes/Seedance/core/error';

// Money: after any other error a create is certain to have made nothing, and may be sent again.
test.each<ErrorKind>(['serverError', 'timeout', 'connection', 'empty', 'unreadable', 'internal', 'canceled'])(
	'a create that ended as %s may have made a task',
	(kind) => expect(meaningOf({ kind }).mayBeCreated).toBe(true),
);

test.each<ErrorKind>(['rejected', 'rateLimited', 'notConnected', 'unreachable', 'notSent', 'withdrawn'])(
	'a create that ended as %s made none',
	(kind) => expect(meaningOf({ kind }).mayBeCreated).toBe(false),
);

test('the whole description holds what the API said, where it said something', () => {
	expect(fullDescription({ description: 'Mend it.', said: 'no' })).toBe('Mend it. The API said: no');
	for (const said of ['', undefined])
		expect(fullDescription({ description: 'Mend it.', said })).toBe('Mend it.');
});

/** What n8n is told of each kind of error; nothing of those that are missing here. */
const CAUSES: Partial<Record<Failure['cause'], ErrorKind[]>> = {
	'rate-limited': ['rateLimited'],
	'quota-exhausted': ['noCredit'],
	'credential-invalid': ['badCredential', 'unauthorized'],
	'configuration-invalid': ['badInput', 'forbidden', 'notFound', 'wrongAddress', 'untrusted', 'blocked'],
	'temporarily-unavailable': ['serverError', 'timeout', 'connection', 'empty', 'notConnected', 'unreachable'],
	'node-defect': ['internal'],
};

describe('what n8n is told of the cause', () => {
	test.each(Object.entries(CAUSES).flatMap(([cause, kinds]) => kinds.map((kind) => [kind, cause] as const)))(
		'%s: %s',
		(kind, cause) => expect(failureOf({ kind })).toEqual({ cause }),
	);

	// The API's own words say why, and only a person can tell what they mean.
	test.each<ErrorKind>([
		'rejected',
		'ended',
		'unknownStatus',
		'noResult',
		'gaveUp',
		'unknownError',
		'unreadable',
	])('%s: nothing', (kind) => expect(failureOf({ kind, retryAfterMs: 1 })).toBeUndefined());

	test.each<[ErrorKind, object]>([
		['rateLimited', { cause: 'rate-limited', retryAfterMs: 90_000 }],
		['serverError', { cause: 'temporarily-unavailable', retryAfterMs: 90_000 }],
		['unauthorized', { cause: 'credential-invalid' }],
	])('%s with a cooldown that the API asked for: %j', (kind, told) =>
		expect(failureOf({ kind, retryAfterMs: 90_000 })).toEqual(told),
	);

	test('a request that was held back: by a cooldown of the API, or by other requests', () => {
		const told = { cause: 'rate-limited', retryAfterMs: 90_000 };
		expect(failureOf({ kind: 'notSent', retryAfterMs: 90_000 })).toEqual(told);
		expect(failureOf({ kind: 'notSent' })).toBeUndefined();
	});
});
