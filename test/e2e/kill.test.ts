import { allItems, LIMIT_MS, parked, startBatch, type Row } from './harness/chain';
import { useHost, type Host } from './harness/host';

/** How long an item is handed over for, from the moment that its round's last answer is there. */
const ROUND_MS = 66_000;

const disturbed = useHost();
const undisturbed = useHost();

describe('a batch, n8n killed while it is parked', () => {
	/** What becomes of each row's task while the execution is parked; rounds are 66 s apart. */
	const addTasks = (host: Host) => {
		const add = (title: string, task: object) => ({ title, id: host.api.addTask(task).id });
		return [
			add('done at once', { finishAfter: 0 }),
			add('done in the first park', { outcome: 'never' }),
			add('done in the second park', { outcome: 'never' }),
			add('failed in the first park', { outcome: 'never', error: 'prompt refused' }),
			add('cancelled in the second park', { outcome: 'never' }),
			add('vanishes in the second park', { outcome: 'never' }),
			add('given up in the second park', { createdAgo: 30 * 60 - 100, outcome: 'never' }),
		];
	};

	const run = async (host: Host, disturb: (id: string) => Promise<void>) => {
		const rows = addTasks(host);
		const idOf = (title: string) => rows.find((row) => row.title === title)?.id as string;
		const id = await startBatch(host, rows);
		const { waitTill } = await parked(host, id);
		const askedBefore = host.api.requests.length;
		host.api.finishTask(idOf('done in the first park'), 'completed');
		host.api.finishTask(idOf('failed in the first park'), 'failed');
		await disturb(id);
		const second = await host.session.waitForExecution(id, {
			until: (execution) =>
				execution.status === 'waiting' && execution.waitTill?.getTime() !== waitTill?.getTime(),
			timeoutMs: LIMIT_MS,
		});
		host.api.finishTask(idOf('done in the second park'), 'completed');
		host.api.finishTask(idOf('cancelled in the second park'), 'cancelled');
		host.api.removeTask(idOf('vanishes in the second park'));
		const execution = await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
		return { rows, execution, askedBefore, waits: [waitTill, second.waitTill] as Date[] };
	};

	test(
		'each task comes out once, in its own row, and nothing is asked meanwhile',
		async () => {
			const kill = async () => {
				await disturbed.n8n.kill();
				// A storm of refusals in the first round after the restart.
				disturbed.api.fault({ kind: 'status', status: 429, retryAfter: 1, times: 8 });
				await disturbed.n8n.restart();
			};
			const [killed, calm] = await Promise.all([run(disturbed, kill), run(undisturbed, async () => {})]);

			for (const [host, { rows, execution }] of [
				[disturbed, killed],
				[undisturbed, calm],
			] as const) {
				const idOf = (title: string) => rows.find((row) => row.title.startsWith(title))?.id as string;
				expect(execution.status).toBe('success');
				const finished = allItems(execution, 'Finished Videos');
				expect(finished).toEqual(
					['done at once', 'done in the first park', 'done in the second park'].map((title) => ({
						title,
						id: idOf(title),
						video_url: host.api.task(idOf(title))?.videoUrl,
						expiresAt: expect.any(String),
					})),
				);
				const failed = allItems(execution, 'Failed Videos');
				expect(failed.map(({ title, id, reason }) => [title, id, reason]).sort()).toEqual([
					['cancelled in the second park', idOf('cancelled'), `Task "${idOf('cancelled')}" was cancelled`],
					['failed in the first park', idOf('failed'), `Task "${idOf('failed')}" failed: prompt refused`],
					[
						'given up in the second park',
						idOf('given'),
						expect.stringMatching(/was still processing after 3\d minutes, so the wait timed out/),
					],
					['vanishes in the second park', idOf('vanishes'), `GlobalAI OPC has no task "${idOf('vanishes')}"`],
				]);
			}

			// Refused status checks of the storm aside, the kill costs one more at most.
			const answered = (host: Host, { rows }: { rows: Row[] }) =>
				rows.map(({ id }) => host.api.requestsFor(id).filter(({ status }) => status !== 429).length);
			const calmCounts = answered(undisturbed, calm);
			answered(disturbed, killed).forEach((count, row) => {
				expect(count).toBeLessThanOrEqual((calmCounts[row] as number) + 1);
			});

			for (const [host, { askedBefore, waits }] of [
				[disturbed, killed],
				[undisturbed, calm],
			] as const) {
				const asked = host.api.requests.slice(askedBefore).map(({ at }) => at);
				const [firstDue, secondDue] = waits as [Date, Date];
				expect(asked.filter((at) => at < firstDue.getTime())).toHaveLength(0);
				const secondBegan = secondDue.getTime() - ROUND_MS;
				expect(asked.filter((at) => at > secondBegan && at < secondDue.getTime())).toHaveLength(0);
			}
		},
		LIMIT_MS,
	);
});
