import fc from 'fast-check';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Creating } from '../reliability/cases.cts';
import type { Shape, ShapeName } from '../simulator/shapes.cts';
import type { Leaving } from './harness/virtualEngine';
import { inCooldown, lostOrDoubled, STEADY } from './harness/invariants';
import {
	bodyStep,
	limited,
	listed,
	MORE_PASSES,
	NO_NETWORK,
	NO_OBJECT,
	NOBODY,
	step,
	stepOf,
	weighted,
	type Note,
	type QueryStep,
	type Step,
} from './harness/virtualReplies';
import {
	commonRun,
	commonViolations,
	expectNone,
	moment,
	play,
	stopViolations,
	type CommonRun,
	type Played,
} from './harness/virtualRun';
import { seedProperties } from './harness/seed.cts';
import type { LoggedRequest, Script } from './harness/virtualServer';
import { isError } from './harness/virtualWords';

// Other cases in every run, so that few are enough; raise numRuns to look for more.
seedProperties();

/** What an answer to a create means: the task exists, or what the list says. */
type CreateMeaning = Creating | 'made';

type CreateNote = Note<CreateMeaning>;
type CreateStep = Step<CreateMeaning>;

const onCreate = (meaning: Creating) =>
	listed<CreateMeaning>(meaning, ({ creating }) => creating === meaning);

/** What a status check's answers become when they answer a create. */
const asCreate = (meaning: CreateMeaning, steps: QueryStep[]): CreateStep[] =>
	steps.map(({ name, make }) =>
		stepOf(name, (about) => {
			const { fault, note } = make(about);
			return { fault, note: { ...note, meaning } };
		}),
	);

const made = (name: string, ...as: Array<Exclude<Shape['as'], ShapeName>[number]>) =>
	step<CreateMeaning>(`made, ${name}`, 'made', { kind: 'shape', as });

const slow = (meaning: CreateMeaning, delay: number) =>
	step<CreateMeaning>(`made, after ${delay} ms`, meaning, { kind: 'slow', delay });

/** What comes after all steps. */
const madeStep = step<CreateMeaning>('made', 'made');

const MADE = [
	madeStep,
	made('inside data', 'insideData'),
	made('inside data with a code of text', 'insideDataCodeText'),
	made('its ID in task_id', ({ id, ...task }) => ({
		code: 0,
		request_id: 'r-1',
		data: { task_id: id, ...task },
	})),
	made('its ID in request_id', ({ id }) => ({ request_id: id })),
	made('no more than its ID', 'idAsData'),
	slow('made', 3_000),
];

const AGAIN = [
	...onCreate('sentAgain'),
	...asCreate('sentAgain', [...limited(429), ...NO_NETWORK, ...NOBODY]),
];

const REFUSALS = [
	...onCreate('refused'),
	...[401, 402, 404].map((status) => bodyStep<CreateMeaning>('refused', status, { message: 'no' })),
];

// Whoever answers so has read the request: only a connection that never came about certainly made no task.
const UNCERTAIN = [
	...onCreate('unknown'),
	...asCreate('unknown', [...MORE_PASSES, ...limited(503), ...NO_OBJECT]),
	...[
		{ status: 'queued', created: 1761635478 },
		{ code: 0, msg: 'success', data: {} },
		{ code: 0, msg: null, data: 'ok' },
		{ code: 0, msg: null, data: null, request_id: 'r-1' },
		{ id: null, status: 'queued', error: null },
		{ id: { value: 'video_1' }, status: 'queued' },
	].map((body) => bodyStep<CreateMeaning>('unknown', 200, body)),
	bodyStep<CreateMeaning>('unknown', 408, {}),
	slow('unknown', 120_000),
];

const createStep = weighted([4, MADE], [1, onCreate('failed')], [3, AGAIN], [1, REFUSALS], [3, UNCERTAIN]);

/** The least that each family of models needs, beside a prompt. */
const FAMILIES: INodeParameters[] = [
	{},
	{ model: 'seedance_2_0_pro', ratio: '9:16' },
	{ model: 'seedance_2_0_fast', referenceVideos: 'https://videos.example/dance.mp4' },
	{ model: 'seedance_2_0_x1_official', firstFrame: 'https://pictures.example/first.png' },
];

/** A run of Create. */
interface CreateRun extends CommonRun {
	form: INodeParameters;
	/** What is answered to each row's create, one by one; `null` for a row that can't be sent. */
	rows: Array<CreateStep[] | null>;
}

const createRun: fc.Arbitrary<CreateRun> = fc.record({
	...commonRun,
	form: fc.constantFrom(...FAMILIES),
	rows: fc.array(fc.option(fc.array(createStep, { maxLength: 5 }), { freq: 20 }), {
		minLength: 1,
		maxLength: 12,
	}),
});

type Create = LoggedRequest<CreateNote>;

/** Runs Create as planned. */
async function playCreate(run: CreateRun, stopAfterMs?: number): Promise<Played<CreateNote>> {
	const items = run.rows.map((steps, row) => ({ prompt: steps === null ? ' ' : `Row ${row}`, row }));
	const form = { ...run.form, operation: 'create', waitUntilDone: 'no', prompt: '={{ $json.prompt }}' };
	const script: Script<CreateNote> = ({ subject, count, wall }) => {
		const step = run.rows[Number(subject.slice(4))]?.[count] ?? madeStep;
		return { ...step.make({ wall }), latencyMs: 20 };
	};
	return await play(run, items, form, { script }, { stopAfterMs });
}

/** What the node can know of a create: nothing, where it gave up before the answer came. */
const knownMeaning = ({ closed, note }: Create): CreateMeaning => (closed ? 'unknown' : note.meaning);

const mayExist = (one: Create) => ['made', 'failed', 'unknown'].includes(knownMeaning(one));

/** What a run of Create did that it must not do. */
function createViolations(run: CreateRun, played: Played<CreateNote>): string[] {
	const { leaving: left, error, failedRow, log } = played;
	const stops = run.onError === 'stopWorkflow';
	const violations = [
		...commonViolations(run, played),
		...inCooldown(log, { stops, isOneTry: false }, STEADY),
	];
	if (stops && run.rows.includes(null) && log.length > 0)
		violations.push('something is sent beside a row that can not be');
	run.rows.forEach((steps, row) => {
		const sent = log.filter(({ subject }) => subject === `Row ${row}`);
		const first = sent.findIndex(mayExist);
		if (first !== -1 && first < sent.length - 1) {
			violations.push(`row ${row} is sent again after "${knownMeaning(sent[first] as Create)}"`);
		}
		if (steps === null && sent.length > 0) violations.push(`row ${row} is sent without a prompt`);
		for (const execution of new Set(sent.map((one) => one.execution))) {
			const sends = sent.filter((one) => one.execution === execution);
			if (sends.length > run.maxRetries + 1) violations.push(`row ${row} is sent ${sends.length} times`);
			const answered = sends.slice(0, -1).filter((one) => knownMeaning(one) !== 'sentAgain');
			if (answered.length > 0) violations.push(`row ${row} is sent again in one try`);
		}
		const leaving = left.find((one) => one.row === row);
		if (leaving) violations.push(...wrongCreate(row, sent.at(-1), leaving));
	});
	for (const execution of new Set(log.map((one) => one.execution))) {
		const sends = log.filter((one) => one.execution === execution);
		const rows = [...new Set(sends.map(({ subject }) => Number(subject.slice(4))))];
		if (rows.some((row, index) => row < (rows[index - 1] ?? -1)))
			violations.push('rows are sent out of order');
		// What began at the very moment of the failure could not know of it.
		const failed = Math.min(
			...sends
				.filter((one) => ['failed', 'refused'].includes(knownMeaning(one)))
				.map(({ endedSteady = 0 }) => endedSteady),
		);
		if (stops && sends.some(({ steady }) => steady > failed))
			violations.push('a create is sent after another has failed');
	}
	if (!error) return [...violations, ...lostOrDoubled(left, run.rows.length)];
	return [...violations, ...wrongStop(run, log, error, failedRow)];
}

/** What is wrong with an error that stopped the workflow: it is all that anybody will see of the tasks that exist. */
function wrongStop(
	{ rows }: CreateRun,
	log: Create[],
	error: NonNullable<Played<unknown>['error']>,
	row: number,
): string[] {
	const words = `${error.message} ${error.description ?? ''}`;
	const exist = log
		.filter((one) => ['made', 'failed'].includes(knownMeaning(one)))
		.map(({ made }) => String(made));
	const violations = exist.filter((id) => !words.includes(id)).map((id) => `${id} is not named: ${words}`);
	if (
		log.some((one) => knownMeaning(one) === 'unknown') &&
		!/may exist and be billed|may also have created/.test(words)
	) {
		violations.push(`a task may exist, but: ${words}`);
	}
	const last = log.filter(({ subject }) => subject === `Row ${row}`).at(-1);
	if (!(row in rows) || (last && knownMeaning(last) === 'made'))
		violations.push(`row ${row} is said to have failed: ${words}`);
	return violations;
}

/** How a row leaves, held against what was answered to its last create. */
function wrongCreate(row: number, last: Create | undefined, leaving: Leaving): string[] {
	const { json } = leaving.item;
	if (!isError(leaving)) {
		const isMade = last && knownMeaning(last) === 'made' && json.id === last.made;
		return isMade ? [] : [`row ${row} leaves as made: ${String(json.id)}`];
	}
	const meaning = last && knownMeaning(last);
	if (meaning === 'made') return [`row ${row} was made and leaves as an error: ${String(json.error)}`];
	const description = String((json.details as IDataObject | undefined)?.description);
	const saysMaybe = description.includes('may exist and be billed');
	const saysNone = description.includes('No task was created');
	if (meaning === 'unknown' && (!saysMaybe || saysNone)) return [`row ${row} may exist, but: ${description}`];
	if ((meaning === 'refused' || meaning === 'sentAgain') && (saysMaybe || !saysNone)) {
		return [`row ${row} can't exist, but: ${description}`];
	}
	if (meaning === 'failed' && !/video_.*provider rejected prompt/.test(String(json.error))) {
		return [`row ${row} had failed, but: ${String(json.error)}`];
	}
	return [];
}

describe('Create', () => {
	test('whatever is answered, in every try', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, async (run) => {
				const played = await playCreate(run);
				expectNone(createViolations(run, played), played);
			}),
			{ numRuns: 120 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, moment, async (anyRun, stopAfterMs) => {
				const run = { ...anyRun, tries: 1 };
				const played = await playCreate(run, stopAfterMs);
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 30 },
		);
	});
});
