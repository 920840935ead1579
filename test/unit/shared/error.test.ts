import { type ErrorKind, meaningOf } from '../../../nodes/Seedance/shared/error';

/** Whether sent again at once, and what becomes of a wait. What a create may have done is in models.test.ts. */
const TABLE: Record<ErrorKind, [retried: boolean, waiting: string]> = {
	badInput: [false, 'ends'],
	badCredential: [false, 'ends'],
	unauthorized: [false, 'ends'],
	forbidden: [false, 'ends'],
	notFound: [false, 'ends'],
	wrongAddress: [false, 'ends'],
	rejected: [false, 'ends'],
	rateLimited: [true, 'passes'],
	serverError: [true, 'passes'],
	timeout: [true, 'passes'],
	connection: [true, 'passes'],
	empty: [true, 'passes'],
	redirect: [false, 'passesAFewTimes'],
	unknownError: [false, 'passesAFewTimes'],
	unreadable: [false, 'passesAFewTimes'],
	taskFailed: [false, 'ends'],
	unknownStatus: [false, 'ends'],
	noVideo: [false, 'ends'],
	gaveUp: [false, 'ends'],
	canceled: [false, 'ends'],
};

test.each(Object.entries(TABLE))('%s', (kind, [retried, waiting]) => {
	expect(meaningOf({ kind: kind as ErrorKind })).toMatchObject({ retried, waiting });
});
