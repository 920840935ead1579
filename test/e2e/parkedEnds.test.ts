import { randomUUID } from 'node:crypto';

import { itemsOf } from '../host/session.cts';
import { RestClient } from '../host/session/rest.cts';
import { toNewWorkflow } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { allItems } from './harness/chain';
import { RESUMES_PARENTS, useHost } from './harness/host';
import { begin, LIMIT_MS, NODE, note, onRows, over, parked, parkedNode } from './harness/parked';
import { sideBySide } from './harness/sideBySide';

const host = useHost();

const after = () => note('After', 'title', "$('Rows').item.json.title");

/** A row whose task goes on until the test ends it. */
const running = (title: string) => ({ title, id: host.api.addTask({ outcome: 'never' }).id });

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

sideBySide(
	{
		'Stop: nothing more is asked, and its own executions are over with their next turn': async () => {
			const row = running('stopped');
			const run = await begin(host, onRows([row], [parkedNode(), after()]));
			const { keeping, checking } = await parked(host, run);
			const asked = host.api.requestsFor(row.id).length;
			await host.session.stopExecution(run.id);
			expect((await over(host, run.id)).status).toBe('canceled');
			for (const id of [checking, keeping]) {
				const own = await over(host, id);
				expect(own.status).toBe('success');
				expect([`${NODE}: Check`, `${NODE}: Done`].flatMap((name) => itemsOf(own, name))).toEqual([]);
			}
			expect(host.api.requestsFor(row.id)).toHaveLength(asked);
			expect(host.n8n.logText()).toContain(`Execution ${run.id} is no longer waiting; status checks stopped`);
			expect((await host.session.execution(run.id)).status).toBe('canceled');
		},

		'deleted: the same': async () => {
			const row = running('deleted');
			const run = await begin(host, onRows([row], [parkedNode(), after()]));
			const { keeping, checking } = await parked(host, run);
			const asked = host.api.requestsFor(row.id).length;
			await host.session.stopExecution(run.id);
			await host.session.rest.request('POST', '/executions/delete', { ids: [run.id] });
			for (const id of [checking, keeping]) expect((await over(host, id)).status).toBe('success');
			expect(host.api.requestsFor(row.id)).toHaveLength(asked);
		},

		"Stop on the execution that checks: it is not begun again, and every task leaves with n8n's words":
			async () => {
				const rows = [running('one'), running('two')];
				const runs = [
					await begin(host, onRows(rows, [parkedNode(), after()])),
					await begin(host, onRows(rows, [parkedNode({}, { onError: 'continueRegularOutput' })])),
				];
				for (const run of runs) await host.session.stopExecution((await parked(host, run)).checking);
				const [stopped, going] = await Promise.all(runs.map(async ({ id }) => await over(host, id)));
				const words = ({ id }: { id: string }) =>
					expect.stringMatching(new RegExp(`^The wait for task "${id}" was ended: .*cancell?ed`));
				expect(stopped?.status).toBe('error');
				expect(stopped?.data.error?.message).toEqual(words(rows[0] as { id: string }));
				expect(stopped?.data.error?.description).toContain(`Other tasks of this run: ${rows[1]?.id}`);
				expect(itemsOf(going as never, NODE).map(({ json }) => json.error)).toEqual(rows.map(words));
			},

		"Stop on the execution that keeps: the node ends with n8n's words": async () => {
			const rows = [running('one'), running('two')];
			const run = await begin(host, onRows(rows, [parkedNode({}, { onError: 'continueRegularOutput' })]));
			const { keeping, checking } = await parked(host, run);
			await host.session.stopExecution(keeping);
			if (!RESUMES_PARENTS) {
				expect((await over(host, checking)).status).toBe('success');
				expect((await host.session.execution(run.id)).status).toBe('waiting');
				await host.session.stopExecution(run.id);
				return;
			}
			// One item for all rows: n8n's own way with a child that failed as a whole.
			const execution = await over(host, run.id);
			expect(itemsOf(execution, NODE).map(({ json }) => json.error)).toEqual([
				expect.stringMatching(/cancell?ed/),
			]);
		},

		'one of its own executions deleted by hand: n8n leaves the others parked, or the node starts another':
			async () => {
				const row = running('orphan');
				const run = await begin(host, onRows([row], [parkedNode(), after()]));
				const { keeping, checking } = await parked(host, run);
				if (!RESUMES_PARENTS) {
					const other = await begin(host, onRows([row], [parkedNode(), after()]));
					const { keeping: otherKeeping } = await parked(host, other);
					await host.session.rest.request('POST', '/executions/delete', { ids: [checking, otherKeeping] });
					await host.session.waitForExecution(keeping, {
						until: ({ data }) => (data.runData[`${NODE}: Park`] ?? []).length > 1,
						timeoutMs: LIMIT_MS,
					});
					host.api.finishTask(row.id);
					for (const { id } of [run, other]) {
						const execution = await over(host, id);
						expect(execution.status).toBe('success');
						expect(allItems(execution, 'After')).toEqual([
							expect.objectContaining({ id: row.id, status: 'completed' }),
						]);
					}
					return;
				}
				await host.session.rest.request('POST', '/executions/delete', { ids: [checking] });
				await until(
					() => host.n8n.logText().includes('Parent execution waits on sub-executions that no longer exist'),
					{ withinMs: LIMIT_MS },
				);
				for (const id of [keeping, run.id]) expect((await host.session.execution(id)).status).toBe('waiting');
				await host.session.stopExecution(run.id);
				expect((await over(host, run.id)).status).toBe('canceled');
			},

		"the workflow's time-out: n8n ends the execution that checks when it would go on, and nothing more is asked":
			async () => {
				const row = running('late');
				const run = await begin(
					host,
					onRows([row], [parkedNode(), after()], { settings: { executionTimeout: 30 } }),
				);
				const { checking } = await parked(host, run);
				expect((await over(host, checking)).status).toBe('canceled');
				expect(host.api.requestsFor(row.id)).toHaveLength(1);
			},

		'a member with a credential of their own: parked and resumed; the owner runs the same workflow too':
			async () => {
				const rest = await member();
				const account = { apiKey: [...host.api.apiKeys][0], baseUrl: host.api.baseUrl };
				const { id: credentialId, name } = await rest.request('POST', '/credentials', {
					name: 'Mine',
					type: 'globalAiOpcApi',
					data: account,
				});
				const rows = [running('member'), running('owner')];
				const workflow = onRows(rows, [
					parkedNode({}, { credentials: { globalAiOpcApi: { id: credentialId, name } } }),
					after(),
				]);
				const { id: workflowId } = await rest.request('POST', '/workflows', toNewWorkflow(workflow));
				const start = async (who: RestClient) =>
					String(
						(
							await who.request('POST', `/workflows/${workflowId}/run`, {
								triggerToStartFrom: { name: 'Start' },
							})
						).executionId,
					);
				const ids = [await start(rest), await start(host.session.rest)];
				for (const id of ids)
					await host.session.waitForExecution(id, { until: ({ status }) => status === 'waiting' });
				for (const { id } of rows) host.api.finishTask(id);
				for (const id of ids) {
					const execution = await over(host, id);
					expect(execution.status).toBe('success');
					expect(allItems(execution, 'After').map(({ title }) => title)).toEqual(['member', 'owner']);
				}
			},

		"a member whose workflow names the owner's credential: n8n refuses it before anything is asked or parked":
			async () => {
				const rest = await member();
				const row = running('foreign');
				const workflow = onRows([row], [parkedNode({}, { credentials: host.credentials }), after()]);
				const created = await rest.request('POST', '/workflows', toNewWorkflow(workflow)).then(
					({ id }) => ({ id: String(id) }),
					(error: Error) => ({ refused: error.message }),
				);
				if ('id' in created) {
					const run = await rest.request('POST', `/workflows/${created.id}/run`, {
						triggerToStartFrom: { name: 'Start' },
					});
					const execution = await over(host, String(run.executionId));
					expect(execution.status).toBe('error');
					expect(execution.data.error?.message).toMatch(/does not have access to the credential/);
				} else {
					expect(created.refused).toMatch(/credential/);
				}
				expect(host.api.requestsFor(row.id)).toHaveLength(0);
			},

		'its own executions say what they are for, and all are linked': async () => {
			const run = await begin(host, onRows([running('linked')], [parkedNode(), after()]));
			const { keeping, checking } = await parked(host, run);
			const workflowOf = async (id: string) =>
				(await host.session.rest.request('GET', `/executions/${id}`)).workflowData;
			const names = ({ nodes }: { nodes: Array<{ name: string }> }) => nodes.map(({ name }) => name);
			const [keeper, checker] = [await workflowOf(keeping), await workflowOf(checking)];
			expect([keeper.name, checker.name]).toEqual([`${NODE}: parked wait`, `${NODE}: parked wait`]);
			expect(names(keeper)).toEqual([`${NODE}: Start`, `${NODE}: Park`, `${NODE}: Done`, `${NODE}: Note`]);
			expect(names(checker)).toEqual([`${NODE}: Start`, `${NODE}: Check`, `${NODE}: Wait`, `${NODE}: Note`]);
			for (const { nodes } of [keeper, checker])
				expect(JSON.stringify(nodes)).toContain(`stop execution ${run.id}`);
			const linkOf = async (id: string, node: string) =>
				(await host.session.execution(id)).data.runData[node]?.[0];
			expect(await linkOf(run.id, NODE)).toMatchObject({
				metadata: { subExecution: { executionId: keeping } },
			});
			expect(await linkOf(keeping, `${NODE}: Park`)).toMatchObject({
				metadata: { subExecution: { executionId: checking } },
			});
			await host.session.stopExecution(run.id);
		},
	},
	LIMIT_MS,
);
