import { type ErrorKind, fullDescription, meaningOf } from '../../../nodes/Seedance/core/error';

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
