import type { OnError } from 'n8n-workflow';

import { FAULTS, type FaultCase, type Waiting } from '../reliability/cases.cts';
import { CAN_PARK } from './harness/parking';
import { KEY, PLAIN_RUN, play } from './harness/virtualRun';
import { leaksOf, wordsOf } from './harness/virtualWords';

// What becomes of each fault on the wire is proven with a single status check, see reliability.test.ts; waits for hours
// need a clock of their own.

const MODES = ['inNode', 'withWaitNode', ...(CAN_PARK ? ['parked'] : [])];

const CHECKS = FAULTS.filter((one): one is FaultCase & { waiting: Waiting } => one.waiting !== undefined);

/** How many faults in a row a wait lets pass. */
function passes(waiting: Waiting, answeredBefore: number): number {
	if (waiting === 'passes') return Infinity;
	if (waiting === 'passesLater') return answeredBefore > 0 ? Infinity : 0;
	if (waiting === 'passesThrice') return 3;
	return waiting === 'passesThriceOnceAnswered' && answeredBefore > 0 ? 3 : 0;
}

/** A task whose status checks meet a fault so many times; then it is done. */
interface FaultyTask {
	one: FaultCase;
	faults: number;
}

/** Waits for such tasks, each of which is answered so many times before its faults begin. */
async function wait(tasks: FaultyTask[], waitUntilDone: string, onError: OnError, answeredBefore = 0) {
	const rows = tasks.map((_, row) => ({ id: `video_${row}` }));
	const form = { taskId: '={{ $json.id }}', waitUntilDone, giveUpAfter: 1440 };
	const end = answeredBefore > 0 ? { finishAfterAnswers: answeredBefore } : { finishAfter: 0 };
	const world = {
		tasks: rows.map(({ id }) => ({ id, ...end })),
		faults: tasks.flatMap(({ one: { fault }, faults: times }, row) =>
			times === 0 ? [] : [{ ...fault, ...rows[row], after: answeredBefore, times }],
		),
	};
	return await play({ ...PLAIN_RUN, onError, maxConcurrency: 100 }, rows, form, world);
}

describe.each(MODES)('a wait (%s)', (mode) => {
	describe.each([
		['at its first status check', 0],
		['at a later one', 1],
	])('%s', (_moment, before) => {
		test.each<OnError>(['continueRegularOutput', 'continueErrorOutput'])(
			'lets pass what may pass, and ends for the rest (%s)',
			async (onError) => {
				const tasks = CHECKS.flatMap((one) => {
					const most = passes(one.waiting, before);
					const passing = {
						one,
						faults: Math.min(most, 4),
						end: 'completed',
						checks: before + Math.min(most, 4) + 1,
					};
					const ending = { one, faults: Infinity, end: 'error', checks: before + most + 1 };
					return [...(most > 0 ? [passing] : []), ...(most < Infinity ? [ending] : [])];
				});
				const played = await wait(tasks, mode, onError, before);
				expect(played.error).toBeUndefined();
				const ends = tasks.map(({ one }, row) => {
					const left = played.leaving
						.filter((leaving) => leaving.row === row)
						.map(({ item: { json: fields } }) => fields);
					const checks = played.log.filter(({ subject }) => subject === `video_${row}`).length;
					return [one.what, left.map(({ error, status }) => (error ? 'error' : status)), checks];
				});
				expect(ends).toEqual(tasks.map(({ one, end, checks }) => [one.what, [end], checks]));
				expect(leaksOf([JSON.stringify(played.leaving)], KEY)).toEqual([]);
			},
		);
	});

	test.each(CHECKS.filter(({ waiting }) => passes(waiting, 0) === 0))(
		'that stops the workflow: $what',
		async (one) => {
			const played = await wait([{ one, faults: Infinity }], mode, 'stopWorkflow');
			expect(wordsOf(played).join()).toContain(one.words);
			expect(played.log).toHaveLength(1);
		},
	);
});
