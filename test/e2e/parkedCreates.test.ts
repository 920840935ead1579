import { allItems, itemsOf, type Execution } from '../host/session.cts';
import { until } from '../host/until.cts';
import { useHost } from './harness/host';
import { after, begin, NODE, onRows, over, parkedNode, SHORTEST, waiting } from './harness/runs';

const host = useHost();

/** Four turns of 66 s, two restarts, and after each on n8n 2.35 the eight minutes after which a lost checker is missed. */
const LIMIT_MS = 30 * 60_000;

/** How many videos the account makes at a time. */
const AT_ONCE = 6;

/** How long each takes, in milliseconds. */
const TAKES_MS = 20_000;

/** What is ordered: row 4 has no prompt, row 9 fails at the vendor, and n8n is killed as row 8 is created. */
const ROWS = 24;
const EMPTY = 4;
const FAILS = 9;
const KILLED = 8;

const IN_DOUBT = 'The create was sent, and what came of it is not known';

const prompts = Array.from({ length: ROWS }, (_, row) => {
	if (row === EMPTY) return '';
	return `Video ${row}.${row === FAILS ? ' [fail]' : ''}`;
});

/** Ends the videos whose time is over, as the vendor does. */
function endVideos(): void {
	for (const { id, at } of host.api.created) {
		const isUnderWay = ['queued', 'processing'].includes(host.api.task(id)?.status ?? '');
		if (isUnderWay && Date.now() - at >= TAKES_MS) host.api.finishTask(id);
	}
}

/** Waits for something, while videos are made. */
async function meanwhile(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
	const check = async () => {
		endVideos();
		return await isSo();
	};
	await until(check, { what, everyMs: 250, withinMs: LIMIT_MS });
}

/**
 * Waits until whatever is parked has been so for 10 s, and is due in 45 s at the earliest. On a busy machine n8n starts that
 * long, and calls crashed what it resumes meanwhile; n8n before 2.41 loses both helpers if one is at work and the other so.
 */
async function nothingIsDue(): Promise<void> {
	const isSo = async () => {
		const parked = await host.session.executions({ status: 'waiting' });
		const now = Date.now();
		return parked.every(
			({ stoppedAt, waitTill }) => now - Number(stoppedAt) > 10_000 && Number(waitTill) - now > 45_000,
		);
	};
	await meanwhile(isSo, 'nothing is due');
}

describe('more videos than the account makes at a time, with n8n killed twice, once as it creates one', () => {
	let execution: Execution;
	const outcomes = () => itemsOf(execution, NODE).map(({ json }) => json);
	/** The rows of which it is not known whether they were created. */
	const inDoubt = () => outcomes().flatMap(({ error }, row) => (error === IN_DOUBT ? [row] : []));

	beforeAll(async () => {
		host.api.maxRunning = AT_ONCE;
		const options = { ...SHORTEST, requestTimeout: 300 };
		const create = { operation: 'create', prompt: '={{ $json.prompt }}', options };
		const rows = prompts.map((prompt, row) => ({ title: `Row ${row}`, row, prompt }));
		const node = parkedNode(create, { onError: 'continueRegularOutput', retryOnFail: true });
		const { id } = await begin(host, onRows(rows, node, after));
		await waiting(host, id);
		expect(host.api.created).toHaveLength(AT_ONCE);

		// The next turn creates row 7, and then this one, of which n8n never learns.
		const never = new Promise(() => {});
		host.api.fault({ kind: 'hold', until: never, method: 'POST', after: 1 });
		const isCreated = () => host.api.created.some(({ prompt }) => prompt === prompts[KILLED]);
		await meanwhile(isCreated, 'the next turn has begun to create');
		await nothingIsDue();
		await host.n8n.kill();
		await host.n8n.restart();

		// Killed once more, while all is parked.
		const before = host.api.created.length;
		await meanwhile(() => host.api.created.length >= before + AT_ONCE, 'the next turns have created more');
		const isIdle = async () => (await host.session.executions({ status: 'running' })).length === 0;
		await meanwhile(isIdle, 'all is parked');
		await host.n8n.kill();
		await host.n8n.restart();
		await meanwhile(async () => (await host.session.execution(id)).status !== 'waiting', 'all is decided');
		execution = await over(host, id);
	}, LIMIT_MS);

	test('each row comes out, in its order and linked to its own', () => {
		expect(execution.status).toBe('success');
		expect(allItems(execution, 'After').map(({ title }) => title)).toEqual(
			prompts.map((_prompt, row) => `Row ${row}`),
		);
	});

	test('each video is created once, or may exist', () => {
		const sent = host.api.created.map(({ prompt }) => prompt);
		expect(new Set(sent).size).toBe(sent.length);
		// A turn that is due as n8n starts may be lost once more: n8n calls crashed what it has just resumed.
		expect(inDoubt().length).toBeLessThanOrEqual(2);
		expect(inDoubt()).toContain(KILLED);
		const certain = prompts.filter((prompt, row) => prompt !== '' && !inDoubt().includes(row));
		expect(sent).toEqual(expect.arrayContaining([...certain, prompts[KILLED]]));
	});

	test('the outcome of each row is its own; the one whose answer was lost may exist, and says so', () => {
		const idOf = (prompt: string) => host.api.created.find((one) => one.prompt === prompt)?.id;
		const doubted = inDoubt();
		expect(outcomes()).toEqual(
			prompts.map((prompt, row) => {
				if (row === EMPTY) return expect.objectContaining({ error: "The 'Prompt' is empty" });
				if (doubted.includes(row)) return expect.objectContaining({ error: IN_DOUBT });
				const id = idOf(prompt);
				if (row === FAILS)
					return expect.objectContaining({ error: expect.stringContaining(`"${id}" failed`) });
				return expect.objectContaining({ id, status: 'completed' });
			}),
		);
	});

	test('nothing is left that waits', async () => {
		expect(await host.session.executions({ status: ['running', 'waiting'] })).toEqual([]);
	});
});

test(
	'On Error: Stop: the first failure ends the wait, and a retry creates nothing a second time',
	async () => {
		host.api.maxRunning = 1;
		const before = host.api.created.length;
		const made = () => host.api.created.slice(before).map(({ prompt }) => prompt);
		const titles = ['Good', 'Bad [fail]', 'Never sent'];
		const create = { operation: 'create', prompt: '={{ $json.title }}' };
		const { id } = await begin(
			host,
			onRows(
				titles.map((title) => ({ title })),
				parkedNode(create),
				after,
			),
		);
		await waiting(host, id);
		await meanwhile(async () => (await host.session.execution(id)).status !== 'waiting', 'the second fails');
		const { status, data } = await over(host, id);
		expect(status).toBe('error');
		expect(data.error?.message).toMatch(/^Task "video_\w+" failed/);
		const [good] = host.api.created.slice(before);
		expect(data.error?.description).toContain(
			`Other tasks of this run: ${good?.id}. 1 more item was not created, and nothing is billed for it.`,
		);
		expect(made()).toEqual(titles.slice(0, 2));

		host.api.maxRunning = Infinity;
		const retried = await over(host, await host.session.retryExecution(id));
		expect(retried.status).toBe('error');
		expect(retried.data.error?.message).toBe(data.error?.message);
		expect(made()).toEqual(titles.slice(0, 2));
	},
	LIMIT_MS,
);
