import { type ErrorKind, fullDescription, meaningOf } from '../../../nodes/Seedance/core/error';

/** Whether a status check is sent again at once, what becomes of a wait, and whether a create may have made a task. */
const TABLE: Record<ErrorKind, [retried: boolean, waiting: string, mayBeCreated: boolean]> = {
	badInput: [false, 'ends', false],
	badCredential: [false, 'ends', false],
	unauthorized: [false, 'ends', false],
	forbidden: [false, 'ends', false],
	notFound: [false, 'ends', false],
	wrongAddress: [false, 'ends', false],
	rejected: [false, 'ends', false],
	rateLimited: [true, 'passes', false],
	serverError: [true, 'passes', true],
	timeout: [true, 'passes', true],
	connection: [true, 'passes', true],
	notConnected: [true, 'passes', false],
	unreachable: [true, 'passesLater', false],
	untrusted: [false, 'passesLater', false],
	proxyRefused: [false, 'passesLater', false],
	blocked: [false, 'ends', false],
	empty: [true, 'passes', true],
	redirect: [false, 'passesAFewTimes', false],
	unknownError: [false, 'passesAFewTimes', false],
	unreadable: [false, 'passesAFewTimes', true],
	taskFailed: [false, 'ends', false],
	unknownStatus: [false, 'ends', false],
	noVideo: [false, 'ends', false],
	gaveUp: [false, 'ends', false],
	internal: [false, 'ends', true],
	canceled: [false, 'ends', true],
};

test.each(Object.entries(TABLE))('%s', (kind, [retried, waiting, mayBeCreated]) => {
	expect(meaningOf({ kind: kind as ErrorKind })).toEqual({ retried, waiting, mayBeCreated });
});

test('the whole description holds what the API said, where it said something', () => {
	expect(fullDescription({ description: 'Mend it.', said: 'no' })).toBe('Mend it. The API said: no');
	for (const said of ['', undefined])
		expect(fullDescription({ description: 'Mend it.', said })).toBe('Mend it.');
});
