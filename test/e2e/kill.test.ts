import { waitForManyVideos } from '../host/examples.cts';
import { allItems } from '../host/session.cts';
import { useHost } from './harness/host';
import { begin, LIMIT_MS, over, waiting } from './harness/runs';

/** How long an item is handed over for, from the moment that its round's last answer is there. */
const ROUND_MS = 66_000;

const host = useHost();

describe('a batch, n8n killed while it is parked', () => {
	/** What becomes of each row's task while the execution is parked, and the status checks that it takes. */
	const TASKS: Array<[title: string, checks: number, task: object]> = [
		['done at once', 1, { finishAfter: 0 }],
		['done in the first park', 2, { outcome: 'never' }],
		['done in the second park', 3, { outcome: 'never' }],
		['failed in the first park', 2, { outcome: 'never', error: 'prompt refused' }],
		['cancelled in the second park', 3, { outcome: 'never' }],
		['vanishes in the second park', 3, { outcome: 'never' }],
		['given up in the second park', 3, { createdAgo: 30 * 60 - 200, outcome: 'never' }],
	];

	test(
		'each task comes out once, in its own row, and nothing is asked meanwhile',
		async () => {
			const rows = TASKS.map(([title, , task]) => ({ title, id: host.api.addTask(task).id }));
			const idOf = (title: string) => String(rows.find((row) => row.title.startsWith(title))?.id);
			const { id } = await begin(host, waitForManyVideos(rows, { options: { pollInterval: 150 } }));
			// n8n resumes what is due before it looks for what a kill has lost, and may then call crashed what it has just
			// resumed: so the first round is later than the slowest start of n8n.
			const { waitTill: firstDue } = await waiting(host, id);
			const askedBefore = host.api.requests.length;
			host.api.finishTask(idOf('done in the first park'), 'completed');
			host.api.finishTask(idOf('failed in the first park'), 'failed');
			await host.n8n.kill();
			// A storm of refusals in the first round after the restart.
			host.api.fault({ kind: 'status', status: 429, retryAfter: 1, times: 8 });
			await host.n8n.restart();
			const { waitTill: secondDue } = await host.session.waitForExecution(id, {
				until: ({ status, waitTill }) => status === 'waiting' && waitTill?.getTime() !== firstDue?.getTime(),
				timeoutMs: LIMIT_MS,
			});
			host.api.finishTask(idOf('done in the second park'), 'completed');
			host.api.finishTask(idOf('cancelled in the second park'), 'cancelled');
			host.api.removeTask(idOf('vanishes in the second park'));

			const execution = await over(host, id);
			expect(execution.status).toBe('success');
			expect(allItems(execution, 'Finished Videos')).toEqual(
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
				['given up in the second park', idOf('given'), expect.stringMatching(/so the wait timed out/)],
				['vanishes in the second park', idOf('vanishes'), `GlobalAI OPC has no task "${idOf('vanishes')}"`],
			]);

			// Refused status checks of the storm aside, the kill costs one more at most.
			for (const [title, checks] of TASKS) {
				const answered = host.api.requestsFor(idOf(title)).filter(({ status }) => status !== 429);
				expect(answered.length).toBeLessThanOrEqual(checks + 1);
			}
			const asked = host.api.requests.slice(askedBefore).map(({ at }) => at);
			const due = [Number(firstDue), Number(secondDue)] as const;
			expect(asked.filter((at) => at < due[0])).toHaveLength(0);
			expect(asked.filter((at) => at > due[1] - ROUND_MS && at < due[1])).toHaveLength(0);
		},
		LIMIT_MS,
	);
});
