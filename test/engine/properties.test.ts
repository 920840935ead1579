import fc from 'fast-check';

import { createRun, createViolations, playCreate } from './harness/virtualCreate';
import { getRun, getViolations, jump, playGet, stoppableRun, waitingRun } from './harness/virtualGet';
import { commonViolations, expectNone, MINUTE, type CommonRun, type Played } from './harness/virtualRun';

// The same runs each time, on each n8n; without it, others: change it, and numRuns, to look for more.
fc.configureGlobal({ seed: 20_261_124 });

/** Some time within a run, in milliseconds. */
const moment = fc.integer({ min: 1, max: 10 * MINUTE });

/** What goes on after the user has pressed Stop. */
function stopViolations(run: CommonRun, played: Played<unknown>, stopAfterMs: number): string[] {
	const violations = commonViolations({ ...run, onError: 'stopWorkflow' }, played);
	const late = played.endedSteady - stopAfterMs;
	if (late > 1000) violations.push(`it ends ${late} ms after the stop`);
	if (played.log.some(({ steady }) => steady > stopAfterMs)) violations.push('something is asked after the stop');
	return violations;
}

describe('Get Result', () => {
	test('whatever is answered', async () => {
		await fc.assert(
			fc.asyncProperty(getRun, async (run) => {
				const played = await playGet(run);
				expectNone(getViolations(run, played), played);
			}),
			{ numRuns: 150 },
		);
	});

	test('whatever the clock does', async () => {
		await fc.assert(
			fc.asyncProperty(waitingRun, fc.array(jump, { minLength: 1, maxLength: 3 }), async (run, jumps) => {
				const played = await playGet(run, { jumps });
				expectNone(getViolations(run, played, jumps), played);
			}),
			{ numRuns: 80 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(stoppableRun, moment, async (anyRun, stopAfterMs) => {
				// n8n's own wait between two tries can't be stopped.
				const run = { ...anyRun, tries: 1 };
				const played = await playGet(run, { stopAfterMs });
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 50 },
		);
	});
});

describe('Create', () => {
	test('whatever is answered, in every try', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, async (run) => {
				const played = await playCreate(run);
				expectNone(createViolations(run, played), played);
			}),
			{ numRuns: 200 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, moment, async (anyRun, stopAfterMs) => {
				const run = { ...anyRun, tries: 1 };
				const played = await playCreate(run, stopAfterMs);
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 40 },
		);
	});
});
