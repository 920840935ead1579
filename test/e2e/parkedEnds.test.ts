import { randomUUID } from 'node:crypto';

import { itemsOf } from '../host/session.cts';
import { RestClient } from '../host/session/rest.cts';
import { toNewWorkflow } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { allItems } from './harness/chain';
import { useHost } from './harness/host';
import { begin, childrenOf, LIMIT_MS, NODE, note, onRows, over, parked, parkedNode } from './harness/parked';
import { sideBySide } from './harness/sideBySide';

const host = useHost();

const after = () => note('After', 'title', "$('Rows').item.json.title");

/** A row whose task goes on until the test ends it. */
const running = (title: string) => ({ title, id: host.api.addTask({ outcome: 'never' }).id });

/** Somebody beside the owner of this n8n. */
async function member(): Promise<RestClient> {
	const email = `${randomUUID()}@example.com`;
	const [invited] = await host.session.rest.request('POST', '/invitations', [{ email, role: 'global:member' }]);
	const { id: inviterId } = await host.session.rest.request('GET', '/login');
	const rest = new RestClient(host.n8n.url);
	const { id, inviteAcceptUrl } = invited.user as { id: string; inviteAcceptUrl?: string };
	const token = inviteAcceptUrl && new URL(inviteAcceptUrl).searchParams.get('token');
	const names = { firstName: 'A', lastName: 'Member', password: 'Correct-Horse-2' };
	await rest.request('POST', token ? '/invitations/accept' : `/invitations/${id}/accept`, { ...names, inviterId, inviteeId: id, ...(token && { token }) });
	return rest;
}

sideBySide(
	{
		'Stop on the parent: the child asks nothing more, and is over with its next turn': async () => {
			const row = running('stopped');
			const run = await begin(host, onRows([row], [parkedNode(), after()]));
			const { childId } = await parked(host, run);
			const asked = host.api.requestsFor(row.id).length;
			await host.session.stopExecution(run.id);
			expect((await over(host, run.id)).status).toBe('canceled');
			const child = await over(host, childId);
			expect(child.status).toBe('success');
			expect(itemsOf(child, NODE)).toEqual([]);
			expect(host.api.requestsFor(row.id)).toHaveLength(asked);
			expect(host.n8n.logText()).toContain(`Execution ${run.id} waits for its videos no more`);
			expect((await host.session.execution(run.id)).status).toBe('canceled');
		},

		'the parent deleted: the same': async () => {
			const row = running('deleted');
			const run = await begin(host, onRows([row], [parkedNode(), after()]));
			const { childId } = await parked(host, run);
			const asked = host.api.requestsFor(row.id).length;
			await host.session.stopExecution(run.id);
			await host.session.rest.request('POST', '/executions/delete', { ids: [run.id] });
			expect((await over(host, childId)).status).toBe('success');
			expect(host.api.requestsFor(row.id)).toHaveLength(asked);
		},

		"Stop on the child: the node fails with n8n's words, and says so in a continue mode": async () => {
			const rows = [running('one'), running('two')];
			const runs = [
				await begin(host, onRows(rows, [parkedNode(), after()])),
				await begin(host, onRows(rows, [parkedNode({}, { onError: 'continueRegularOutput' })])),
			];
			for (const run of runs) await host.session.stopExecution((await parked(host, run)).childId);
			const [stopped, going] = await Promise.all(runs.map(async ({ id }) => await over(host, id)));
			expect(stopped?.status).toBe('error');
			expect(stopped?.data.error?.message).toMatch(/cancell?ed/);
			// One item for all rows: n8n's own way with a child that failed as a whole.
			expect(itemsOf(going as never, NODE).map(({ json }) => json.error)).toEqual([expect.stringMatching(/cancell?ed/)]);
		},

		'the child deleted by hand: n8n leaves the parent parked, until it is stopped': async () => {
			const run = await begin(host, onRows([running('orphan')], [parkedNode(), after()]));
			const { childId } = await parked(host, run);
			await host.session.rest.request('POST', '/executions/delete', { ids: [childId] });
			await until(() => host.n8n.logText().includes('Parent execution waits on sub-executions that no longer exist'), { withinMs: LIMIT_MS });
			expect((await host.session.execution(run.id)).status).toBe('waiting');
			await host.session.stopExecution(run.id);
			expect((await over(host, run.id)).status).toBe('canceled');
		},

		"the workflow's time-out: n8n ends parent and child when they would go on": async () => {
			const row = running('late');
			const run = await begin(host, onRows([row], [parkedNode(), after()], { settings: { executionTimeout: 30 } }));
			const { childId } = await parked(host, run);
			expect((await over(host, run.id)).status).toBe('canceled');
			expect((await host.session.execution(childId)).status).toBe('canceled');
			expect(host.api.requestsFor(row.id)).toHaveLength(1);
		},

		'a member with a credential of their own: parked and resumed; the owner runs the same workflow too': async () => {
			const rest = await member();
			const account = { apiKey: [...host.api.apiKeys][0], baseUrl: host.api.baseUrl };
			const { id: credentialId, name } = await rest.request('POST', '/credentials', { name: 'Mine', type: 'globalAiOpcApi', data: account });
			const rows = [running('member'), running('owner')];
			const workflow = onRows(rows, [parkedNode({}, { credentials: { globalAiOpcApi: { id: credentialId, name } } }), after()]);
			const { id: workflowId } = await rest.request('POST', '/workflows', toNewWorkflow(workflow));
			const start = async (who: RestClient) =>
				String((await who.request('POST', `/workflows/${workflowId}/run`, { triggerToStartFrom: { name: 'Start' } })).executionId);
			const ids = [await start(rest), await start(host.session.rest)];
			for (const id of ids) await host.session.waitForExecution(id, { until: ({ status }) => status === 'waiting' });
			for (const { id } of rows) host.api.finishTask(id);
			for (const id of ids) {
				const execution = await over(host, id);
				expect(execution.status).toBe('success');
				expect(allItems(execution, 'After').map(({ title }) => title)).toEqual(['member', 'owner']);
			}
		},

		"a member whose workflow names the owner's credential: n8n refuses it before anything is asked or parked": async () => {
			const rest = await member();
			const row = running('foreign');
			const workflow = onRows([row], [parkedNode({}, { credentials: host.credentials }), after()]);
			const created = await rest.request('POST', '/workflows', toNewWorkflow(workflow)).then(
				({ id }) => ({ id: String(id) }),
				(error: Error) => ({ refused: error.message }),
			);
			if ('id' in created) {
				const run = await rest.request('POST', `/workflows/${created.id}/run`, { triggerToStartFrom: { name: 'Start' } });
				const execution = await over(host, String(run.executionId));
				expect(execution.status).toBe('error');
				expect(execution.data.error?.message).toMatch(/does not have access to the credential/);
			} else {
				expect(created.refused).toMatch(/credential/);
			}
			expect(host.api.requestsFor(row.id)).toHaveLength(0);
		},

		'the child says what it waits for, and the two are linked': async () => {
			const run = await begin(host, onRows([running('linked')], [parkedNode(), after()]));
			const { childId } = await parked(host, run);
			const [child] = await childrenOf(host, run);
			expect(child?.id).toBe(childId);
			const { workflowData } = await host.session.rest.request('GET', `/executions/${childId}`);
			expect(workflowData.name).toBe(`${NODE}: parked wait`);
			expect(workflowData.nodes.map(({ name }: { name: string }) => name)).toEqual([`${NODE}: Start`, NODE, `${NODE}: Wait`, `${NODE}: Note`]);
			expect(JSON.stringify(workflowData.nodes)).toContain(`Execution ${run.id} of this workflow is parked`);
			const parent = await host.session.execution(run.id);
			expect(parent.data.runData[NODE]?.[0]).toMatchObject({ metadata: { subExecution: { executionId: childId } } });
			await host.session.stopExecution(run.id);
		},
	},
	LIMIT_MS,
);
