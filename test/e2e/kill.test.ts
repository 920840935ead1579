import { allItems, LIMIT_MS, parked, startBatch, type Row } from './harness/chain';
import { useHost, type Host } from './harness/host';

const disturbed = useHost();
const undisturbed = useHost();

describe('a batch, n8n killed while it is parked', () => {
	/** Seconds from the start at which each task ends; rounds are asked at about 0, 66 and 132 s. */
	const addTasks = (host: Host) => {
		const add = (title: string, task: object) => ({ title, id: host.api.addTask(task).id });
		return [
			add('done at once', { finishAfter: 0 }),
			add('done in the first park', { finishAfter: 40 }),
			add('done in the second park', { finishAfter: 100 }),
			add('failed in the first park', { finishAfter: 40, outcome: 'failed', error: 'prompt refused' }),
			add('cancelled in the second park', { finishAfter: 100, outcome: 'cancelled' }),
			add('vanishes in the second park', { finishAfter: 3600 }),
			add('given up in the second park', { createdAgo: 30 * 60 - 100, finishAfter: 3600 }),
		];
	};

	const run = async (host: Host, disturb: (id: string) => Promise<void>) => {
		const rows = addTasks(host);
		const id = await startBatch(host, rows);
		const { waitTill } = await parked(host, id);
		const askedBefore = host.api.requests.length;
		await disturb(id);
		const second = await host.session.waitForExecution(id, {
			until: (execution) => execution.status === 'waiting' && execution.waitTill?.getTime() !== waitTill?.getTime(),
			timeoutMs: LIMIT_MS,
		});
		host.api.removeTask(rows.find(({ title }) => title.startsWith('vanishes'))?.id as string);
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

			for (const [host, { rows, execution }] of [[disturbed, killed], [undisturbed, calm]] as const) {
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
				expect(failed.map(({ title, reason }) => [title, reason])).toEqual([
					['failed in the first park', `Task "${idOf('failed')}" failed: prompt refused`],
					['cancelled in the second park', `Task "${idOf('cancelled')}" was cancelled`],
					['vanishes in the second park', `GlobalAI OPC knows no task "${idOf('vanishes')}"`],
					[
						'given up in the second park',
						expect.stringMatching(/was still processing after 3\d minutes, so the wait was given up/),
					],
				]);
				expect(failed.map(({ id }) => id)).toEqual(['failed', 'cancelled', 'vanishes', 'given'].map(idOf));
			}

			// Refused questions of the storm aside, the kill costs one question more at most.
			const answered = (host: Host, { rows }: { rows: Row[] }) =>
				rows.map(({ id }) => host.api.requestsFor(id).filter(({ status }) => status !== 429).length);
			const calmCounts = answered(undisturbed, calm);
			answered(disturbed, killed).forEach((count, row) => {
				expect(count).toBeLessThanOrEqual((calmCounts[row] as number) + 1);
			});

			for (const [host, { askedBefore, waits }] of [[disturbed, killed], [undisturbed, calm]] as const) {
				const asked = host.api.requests.slice(askedBefore).map(({ at }) => at);
				const [firstDue, secondDue] = waits as [Date, Date];
				expect(asked.filter((at) => at < firstDue.getTime())).toHaveLength(0);
				// The second round is over well before half a minute has passed.
				const secondPark = asked.filter((at) => at > firstDue.getTime() + 30_000);
				expect(secondPark.filter((at) => at < secondDue.getTime())).toHaveLength(0);
			}
		},
		LIMIT_MS,
	);
});
