import { allItems, LIMIT_MS, parked, startBatch } from './harness/chain';
import { useHost } from './harness/host';

const host = useHost();

test(
	'a key revoked while everything is parked is an item error on each row',
	async () => {
		const key = ['sk', 'revoked', 'later'].join('-');
		host.api.apiKeys.add(key);
		const credential = await host.session.createCredential({
			name: 'Revoked later',
			type: 'globalAiOpcApi',
			data: { apiKey: key, baseUrl: host.api.baseUrl },
		});
		const rows = ['one', 'two'].map((title) => ({ title, id: host.api.addTask().id }));
		const id = await startBatch(host, rows, credential);
		await parked(host, id);
		host.api.apiKeys.delete(key);
		const execution = await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
		expect(allItems(execution, 'Failed Videos')).toEqual(
			rows.map(({ title, id: taskId }) => ({
				title,
				id: taskId,
				reason: expect.stringContaining('refused the API key'),
			})),
		);
		expect(allItems(execution, 'Finished Videos')).toHaveLength(0);
		expect(JSON.stringify(execution)).not.toContain(key);
	},
	LIMIT_MS,
);
