import { promptsTable, promptsToVideos } from '../host/examples.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { hashesIn, hashOf, removeFolder, temporaryFolder } from './harness/folder.cts';
import { KEY, useHost } from './harness/host';
import { LIMIT_MS, SHORTEST } from './harness/runs';

const folder = temporaryFolder();
const host = useHost({ N8N_RESTRICT_FILE_ACCESS_TO: folder });

afterAll(() => removeFolder(folder));

/** How many videos the account makes at a time, and how long each takes in milliseconds. */
const AT_ONCE = 3;
const TAKES_MS = 15_000;

/** Seconds between two runs of the schedule: many come while one makes its videos. */
const EVERY = 20;

interface Row {
	name?: string;
	prompt: string;
}

const ROWS: Row[] = [
	{ name: 'cat', prompt: 'A cat rides a skateboard' },
	{ name: 'failed', prompt: 'A prompt that is refused [fail]' },
	{ name: 'empty', prompt: ' ' },
	{ name: 'gone', prompt: 'A video whose file is gone' },
	{ name: 'no such folder/city', prompt: 'A city in the rain' },
	{ prompt: 'A row without a name' },
];
const LATE: Row = { name: 'late', prompt: 'A row that comes while others are made' };

/** Ends the videos whose time is over, as the vendor does; one of them without its file. */
function endVideos(): void {
	for (const { id, at, prompt } of host.api.created) {
		const isUnderWay = ['queued', 'processing'].includes(host.api.task(id)?.status ?? '');
		if (!isUnderWay || Date.now() - at < TAKES_MS) continue;
		if (prompt.includes('gone'))
			host.api.fault({ kind: 'status', status: 404, host: 'files', id, times: Infinity });
		host.api.finishTask(id);
	}
}

const created = (prompt: string) => host.api.created.filter((one) => one.prompt === prompt);

test(
	'"Prompts to videos": runs that overlap make each row once, write the files, and write back what came of it',
	async () => {
		host.api.maxRunning = AT_ONCE;
		const workflow = promptsToVideos(folder, { options: SHORTEST });
		const everyFew = { rule: { interval: [{ field: 'seconds', secondsInterval: EVERY }] } };
		Object.assign(nodeOf(workflow, 'Every Five Minutes').parameters, everyFew);
		const { id: workflowId } = await host.session.importWorkflow(workflow, host.credentials);
		const table = await promptsTable(host.session, workflowId);
		await table.add(ROWS);
		await host.session.publish(workflowId);
		// At once, and beside the schedule.
		const from = 'When clicking ‘Execute workflow’';
		await Promise.all([0, 1, 2].map(async () => await host.session.run(workflowId, { from })));
		const isFull = () => host.api.created.length === AT_ONCE;
		await until(isFull, { what: 'the account makes as many videos as it can', withinMs: LIMIT_MS });
		await table.add([LATE]);
		const over = async () => {
			endVideos();
			const rows = await table.rows();
			return rows.every(({ state }) => ['done', 'failed'].includes(state)) && rows;
		};
		const rows = await until(over, { what: 'all rows are decided', withinMs: LIMIT_MS, everyMs: 500 });

		const sent = [...ROWS, LATE].map(({ prompt }) => prompt).filter((prompt) => prompt.trim());
		expect(host.api.created.map(({ prompt }) => prompt).sort()).toEqual([...sent].sort());
		const executions = await host.session.executions({ workflowId });
		const scheduled = executions.filter(({ mode }) => mode === 'trigger');
		expect(scheduled.length).toBeGreaterThan(2);

		const idOf = (prompt: string) => String(created(prompt)[0]?.id);
		const linkOf = (prompt: string) => String(host.api.task(idOf(prompt))?.videoUrl);
		const fileOf = ({ name = 'video', prompt }: Row) => `${name}-${idOf(prompt)}.mp4`;
		const [cat, failed, empty, gone, city, unnamed] = ROWS as [Row, Row, Row, Row, Row, Row];
		const done = (row: Row) => {
			const file = `${folder}/${fileOf(row)}`;
			return { ...row, state: 'done', file, video_url: linkOf(row.prompt), reason: '' };
		};
		const notDone = (row: Row, reason: string, video_url: string | null = null) => {
			return { ...row, state: 'failed', file: null, video_url, reason: expect.stringContaining(reason) };
		};
		expect(rows).toMatchObject([
			done(cat),
			notDone(failed, `Task "${idOf(failed.prompt)}" failed:`),
			notDone(empty, "The 'Prompt' is empty"),
			notDone(gone, `Task "${idOf(gone.prompt)}" is done, but:`, linkOf(gone.prompt)),
			notDone(city, 'does not exist', linkOf(city.prompt)),
			done(unnamed),
			done(LATE),
		]);
		const written = [cat, unnamed, LATE].map(async (row) => [fileOf(row), await hashOf(linkOf(row.prompt))]);
		expect(hashesIn(folder)).toEqual(Object.fromEntries(await Promise.all(written)));
		expect(JSON.stringify(rows)).not.toContain(KEY);
	},
	LIMIT_MS,
);
