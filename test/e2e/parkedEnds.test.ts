import { randomUUID } from 'node:crypto';

import { allItems, itemsOf } from '../host/session.cts';
import { RestClient } from '../host/session/rest.cts';
import { toNewWorkflow } from '../host/session/workflow.cts';
import { RESUMES_PARENTS, useHost } from './harness/host';
import { after, begin, LIMIT_MS, NODE, onRows, over, parked, parkedNode, waiting } from './harness/runs';
import { sideBySide } from './harness/sideBySide';

const host = useHost();

/** A row whose task goes on until the test ends it. */
const running = (title: string) => ({ title, id: host.api.addTask({ outcome: 'never' }).id });

/** Runs the parked node on rows until it is parked. */
async function park(rows: object[], node = parkedNode(), settings = {}) {
	const run = await begin(host, { ...onRows(rows, node, after), settings });
	return { run, ...(await parked(host, run)) };
}

const remove = async (...ids: string[]) =>
	await host.session.rest.request('POST', '/executions/delete', { ids });

/** Somebody beside the owner of this n8n. */
async function member(): Promise<RestClient> {
	const email = `${randomUUID()}@example.com`;
	const [invited] = await host.session.rest.request('POST', '/invitations', [
		{ email, role: 'global:member' },
	]);
	const { id: inviterId } = await host.session.rest.request('GET', '/login');
	const rest = new RestClient(host.n8n.url);
	const { id, inviteAcceptUrl } = invited.user as { id: string; inviteAcceptUrl?: string };
	const token = inviteAcceptUrl && new URL(inviteAcceptUrl).searchParams.get('token');
	const names = { firstName: 'A', lastName: 'Member', password: 'Correct-Horse-2' };
	await rest.request('POST', token ? '/invitations/accept' : `/invitations/${id}/accept`, {
		...names,
		inviterId,
		inviteeId: id,
		...(token && { token }),
	});
	return rest;
}

/** Ends an execution, and expects that its own two end in their next turn without another request. */
async function expectQuietEnd(end: (id: string) => Promise<void>): Promise<void> {
	const row = running('ended');
	const { run, keeping, checking } = await park([row]);
	const asked = host.api.requestsFor(row.id).length;
	await end(run.id);
	for (const id of [checking, keeping]) {
		const own = await over(host, id);
		expect(own.status).toBe('success');
		expect([`${NODE}: Check`, `${NODE}: Done`].flatMap((name) => itemsOf(own, name))).toEqual([]);
	}
	expect(host.api.requestsFor(row.id)).toHaveLength(asked);
	expect(host.n8n.logText()).toContain(`Execution ${run.id} is no longer waiting; status checks stopped`);
}

const TESTS: Record<string, () => Promise<void>> = {
	'Stop: nothing more is asked, and its own executions are over with their next turn': async () =>
		await expectQuietEnd(async (id) => {
			await host.session.stopExecution(id);
			expect((await over(host, id)).status).toBe('canceled');
		}),

	'deleted: the same': async () =>
		await expectQuietEnd(async (id) => {
			await host.session.stopExecution(id);
			await remove(id);
		}),

	"Stop on the execution that checks: it is not begun again, and every task leaves with n8n's words":
		async () => {
			const rows = [running('one'), running('two')];
			const runs = [await park(rows), await park(rows, parkedNode({}, { onError: 'continueRegularOutput' }))];
			for (const { checking } of runs) await host.session.stopExecution(checking);
			const [stopped, going] = await Promise.all(runs.map(async ({ run }) => await over(host, run.id)));
			const words = ({ id }: { id: string }) =>
				expect.stringMatching(new RegExp(`^The wait for task "${id}" was ended: .*cancell?ed`));
			expect(stopped?.status).toBe('error');
			expect(stopped?.data.error?.message).toEqual(words(rows[0] as { id: string }));
			expect(stopped?.data.error?.description).toContain(`Other tasks of this run: ${rows[1]?.id}`);
			expect(itemsOf(going as never, NODE).map(({ json }) => json['error'])).toEqual(rows.map(words));
		},

	"Stop on the execution that keeps: the node ends with n8n's words, where n8n resumes it": async () => {
		const rows = [running('one'), running('two')];
		const node = parkedNode({}, { onError: 'continueRegularOutput' });
		const { run, keeping, checking } = await park(rows, node);
		await host.session.stopExecution(keeping);
		if (!RESUMES_PARENTS) {
			expect((await over(host, checking)).status).toBe('success');
			expect((await host.session.execution(run.id)).status).toBe('waiting');
			await host.session.stopExecution(run.id);
			return;
		}
		// One item for all rows: n8n's own way with a child that failed as a whole.
		const left = itemsOf(await over(host, run.id), NODE).map(({ json }) => json['error']);
		expect(left).toEqual([expect.stringMatching(/cancell?ed/)]);
	},

	"the workflow's time-out: n8n ends the execution that checks when it would go on, and nothing more is asked":
		async () => {
			const row = running('late');
			const { checking } = await park([row], parkedNode(), { executionTimeout: 30 });
			expect((await over(host, checking)).status).toBe('canceled');
			expect(host.api.requestsFor(row.id)).toHaveLength(1);
		},

	'a member with a credential of their own: parked and resumed; the owner runs the same workflow too':
		async () => {
			const rest = await member();
			const { id: credentialId, name } = await rest.request('POST', '/credentials', {
				name: 'Mine',
				type: 'globalAiOpcApi',
				data: { apiKey: [...host.api.apiKeys][0], baseUrl: host.api.baseUrl },
			});
			const rows = [running('member'), running('owner')];
			const credentials = { globalAiOpcApi: { id: credentialId, name } };
			const workflow = toNewWorkflow(onRows(rows, parkedNode({}, { credentials }), after));
			const { id: workflowId } = await rest.request('POST', '/workflows', workflow);
			const ids: string[] = [];
			for (const who of [rest, host.session.rest]) {
				const body = { triggerToStartFrom: { name: 'Start' } };
				ids.push(String((await who.request('POST', `/workflows/${workflowId}/run`, body)).executionId));
			}
			for (const id of ids) await waiting(host, id);
			for (const { id } of rows) host.api.finishTask(id);
			for (const id of ids) {
				const execution = await over(host, id);
				expect(execution.status).toBe('success');
				expect(allItems(execution, 'After').map(({ title }) => title)).toEqual(['member', 'owner']);
			}
		},
};

if (!RESUMES_PARENTS)
	TESTS['one of its own executions deleted by hand: the node starts another'] = async () => {
		const row = running('orphan');
		const [first, other] = [await park([row]), await park([row])];
		await remove(first.checking, other.keeping);
		await host.session.waitForExecution(first.keeping, {
			until: ({ data }) => (data.runData[`${NODE}: Park`] ?? []).length > 1,
			timeoutMs: LIMIT_MS,
		});
		host.api.finishTask(row.id);
		for (const { run } of [first, other]) {
			const execution = await over(host, run.id);
			expect(execution.status).toBe('success');
			expect(allItems(execution, 'After')).toMatchObject([{ id: row.id, status: 'completed' }]);
		}
	};

sideBySide(TESTS, LIMIT_MS);
