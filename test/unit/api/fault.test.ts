import { meaningOf, type FaultKind } from '../../../nodes/Seedance/api/fault';

/** Whether asked again at once, and what becomes of a wait. What a create may have done is in create.test.ts. */
const TABLE: Record<FaultKind, [retried: boolean, waiting: string]> = {
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
	canceled: [false, 'ends'],
};

test.each(Object.entries(TABLE))('%s', (kind, [retried, waiting]) => {
	expect(meaningOf({ kind: kind as FaultKind })).toMatchObject({ retried, waiting });
});
