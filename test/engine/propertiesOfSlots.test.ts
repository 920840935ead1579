import fc from 'fast-check';
import type { INodeParameters } from 'n8n-workflow';

import type { RateLimit } from '../simulator/rateLimit.cts';
import { lostOrDoubled } from './harness/invariants';
import { CAN_PARK } from './harness/parking';
import { seedProperties } from './harness/seed.cts';
import { bodyStep, step } from './harness/virtualReplies';
import {
	commonRun,
	commonViolations,
	expectNone,
	MINUTE,
	moment,
	play,
	stopViolations,
	type CommonRun,
	type Played,
} from './harness/virtualRun';
import type { Script } from './harness/virtualServer';
import { isError } from './harness/virtualWords';

// Other cases in every run, so that few are enough; raise numRuns to look for more.
seedProperties();

const SECOND = 1_000;

/** What becomes of a row's create: a task that ends so after so many seconds; or what is answered in its place. */
type Plan =
	| { outcome: 'completed' | 'failed' | 'cancelled'; seconds: number }
	| { outcome: 'refused' | 'unknown' };

interface SlotRun extends CommonRun {
	rows: Plan[];
	/** How many tasks the account lets run at a time, and how many others of it run at first. */
	account: number;
	others: number[];
	rateLimit?: RateLimit;
	/** Max Videos at Once. */
	maxRunning?: number;
	latencyMs: number;
	waitUntilDone: 'inNode' | 'parked';
	/** How many executions that check n8n gives up, where it is parked. */
	crashes: number;
}

const life = fc.record({
	outcome: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'cancelled'),
	seconds: fc.integer({ min: 5, max: 400 }),
}) as fc.Arbitrary<Plan>;

const plan: fc.Arbitrary<Plan> = fc.oneof(
	{ weight: 12, arbitrary: life },
	{ weight: 1, arbitrary: fc.constantFrom<Plan>({ outcome: 'refused' }, { outcome: 'unknown' }) },
);

const slotRun: fc.Arbitrary<SlotRun> = fc.record(
	{
		...commonRun,
		rows: fc.array(plan, { minLength: 1, maxLength: 14 }),
		account: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(Infinity)),
		others: fc.array(fc.integer({ min: 10, max: 900 }), { maxLength: 3 }),
		rateLimit: fc.record({
			requests: fc.integer({ min: 2, max: 8 }),
			seconds: fc.constantFrom(1, 5),
			window: fc.constantFrom('sliding', 'calendar'),
			retryAfter: fc.boolean(),
		}),
		maxRunning: fc.integer({ min: 1, max: 4 }),
		latencyMs: fc.integer({ min: 1, max: 2_000 }),
		waitUntilDone: fc.constantFrom<SlotRun['waitUntilDone']>(
			'inNode',
			...(CAN_PARK ? ['parked' as const] : []),
		),
		crashes: fc.integer({ min: 0, max: 2 }),
	},
	{
		requiredKeys: [
			...(Object.keys(commonRun) as Array<keyof typeof commonRun>),
			'rows',
			'account',
			'others',
			'latencyMs',
			'waitUntilDone',
			'crashes',
		],
	},
);

/** A task, and when it began and ended, in milliseconds since 1970. */
interface Made {
	row: number;
	from: number;
	to: number;
}

interface Ran {
	played: Played<unknown>;
	made: Made[];
}

/** Has a video of each row made. */
async function playSlots(run: SlotRun, stopAfterMs?: number): Promise<Ran> {
	const { rows, account, others, rateLimit, maxRunning, latencyMs, waitUntilDone, crashes } = run;
	const made: Made[] = [];
	const rowOf = (prompt: string) => Number(prompt.slice(4));
	const order = (prompt: string) => {
		const row = rowOf(prompt);
		const one = rows[row] as Plan;
		const seconds = 'seconds' in one ? one.seconds : 60;
		made.push({ row, from: Date.now(), to: Date.now() + seconds * SECOND });
		return {
			id: `video_${row}_${made.length}`,
			finishAfter: seconds,
			outcome: 'seconds' in one ? one.outcome : 'completed',
		};
	};
	const script: Script<unknown> = ({ kind, subject, wall }) => {
		const { outcome } = (kind === 'create' ? rows[rowOf(subject)] : undefined) ?? {};
		const answer =
			outcome === 'refused'
				? bodyStep(outcome, 400, { error: { message: 'bad prompt' } })
				: outcome === 'unknown'
					? bodyStep(outcome, 502, 'bad gateway')
					: step('as it is', 'as it is');
		return { ...answer.make({ wall } as never), latencyMs };
	};
	const form: INodeParameters = {
		operation: 'create',
		waitUntilDone,
		giveUpAfter: 1440,
		prompt: '={{ $json.prompt }}',
		...(maxRunning !== undefined && { options: { maxRunning } }),
	};
	const tasks = others.map((finishAfter, index) => ({ id: `other_${index}`, finishAfter }));
	const played = await play(
		run,
		rows.map((_plan, row) => ({ prompt: `Row ${row}`, row })),
		form,
		{ tasks, order, script, maxRunning: account, rateLimit },
		{ stopAfterMs, ...(waitUntilDone === 'parked' && { crashes }) },
	);
	return { played, made };
}

/** What holds however the run ends. */
function violationsOfMoney({ rows, maxRunning = Infinity }: SlotRun, { played, made }: Ran): string[] {
	const violations: string[] = [];
	rows.forEach((_plan, row) => {
		const count = made.filter((one) => one.row === row).length;
		if (count > 1) violations.push(`row ${row} is made ${count} times`);
		const sent = played.log.filter(({ kind, subject }) => kind === 'create' && subject === `Row ${row}`);
		if (rows[row]?.outcome === 'unknown' && sent.filter(({ status }) => status === 502).length > 1)
			violations.push(`row ${row} is sent again although it may exist`);
	});
	for (const { from } of made) {
		const running = made.filter((one) => one.from <= from && from < one.to).length;
		if (running > maxRunning) violations.push(`${running} run at a time`);
	}
	return violations;
}

/** What a run did that it must not do. */
function slotViolations(run: SlotRun, ran: Ran): string[] {
	const { rows, others, onError } = run;
	const { played, made } = ran;
	const { leaving, error, endedSteady } = played;
	const violations = [...commonViolations(run, played), ...violationsOfMoney(run, ran)];
	const longest = Math.max(60, ...rows.map((one) => ('seconds' in one ? one.seconds : 0)));
	// One after the other would take so long, with what runs at first before.
	const most =
		Math.max(0, ...others) * SECOND +
		(rows.length + 1) * (longest * SECOND + (run.waitUntilDone === 'parked' ? 8 : 4) * MINUTE);
	if (endedSteady > most * run.tries) violations.push(`it takes ${endedSteady} ms`);
	const isGood = rows.every(({ outcome }) => outcome === 'completed');
	if (error) {
		const words = `${error.message} ${error.description ?? ''}`;
		if (onError !== 'stopWorkflow' || isGood) violations.push(`it fails: ${words}`);
		made.forEach(({ row }, index) => {
			if (!words.includes(`video_${row}_${index + 1}`)) violations.push(`row ${row} is not named: ${words}`);
		});
		return violations;
	}
	for (const one of leaving) {
		const outcome = rows[one.row]?.outcome;
		if (isError(one) !== (outcome !== 'completed'))
			violations.push(`row ${one.row} (${outcome}) leaves as ${JSON.stringify(one.item.json)}`);
		const wanted = made.findIndex(({ row }) => row === one.row) + 1;
		if (!isError(one) && one.item.json.id !== `video_${one.row}_${wanted}`)
			violations.push(`row ${one.row} leaves with the task of another`);
	}
	return [...violations, ...lostOrDoubled(leaving, rows.length)];
}

describe('Create that waits, through an account with a limit', () => {
	test('makes every row once, and none is lost', async () => {
		await fc.assert(
			fc.asyncProperty(slotRun, async (run) => {
				const ran = await playSlots(run);
				expectNone(slotViolations(run, ran), ran.played);
			}),
			{ numRuns: 60 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(slotRun, moment, async (anyRun, stopAfterMs) => {
				const run: SlotRun = { ...anyRun, tries: 1, waitUntilDone: 'inNode' };
				const ran = await playSlots(run, stopAfterMs);
				const violations = stopViolations(run, ran.played, stopAfterMs);
				expectNone([...violations, ...violationsOfMoney(run, ran)], ran.played);
			}),
			{ numRuns: 20 },
		);
	});
});
