import type { IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import type { OutputItem } from '../../../../nodes/Seedance/core/items';
import type { Session } from '../../../../nodes/Seedance/http/session';
import { parkItems, type WaitingItems } from '../../../../nodes/Seedance/waiting/parked';
import type { Pending } from '../../../../nodes/Seedance/waiting/poll';
import { startPolling } from '../../../../nodes/Seedance/waiting/schedule';
import { pollableVideo } from '../../../../nodes/Seedance/resources/video/pollable';
import { NOW, SECOND, useClock } from '../../clock';
import { containing } from '../../expecting';
import { KEY, stubContext } from '../../stubContext';

useClock();

interface Parking {
	onError?: OnError;
	includeInput?: boolean;
	/** What n8n does when it is to start the keeper. */
	start?: () => object;
	cooldownMs?: number;
}

const PARKED = { executionId: 'keeper', data: [null], waitTill: new Date(NOW) };

/** Parks these tasks; those that begin with "done" are decided. */
async function park(
	ids: string[],
	{ onError = 'stopWorkflow', includeInput = false, start = () => PARKED, cooldownMs = 0 }: Parking = {},
) {
	const handed: INodeExecutionData[][] = [];
	const parameters: IDataObject[] = [];
	const inputs = ids.map((id, row) => ({ json: { id, row } }));
	const context = stubContext({
		executionId: 'user',
		parameters: { resource: 'video', operation: 'get' },
		node: { name: 'Video', onError },
		more: {
			getInputData: () => inputs,
			continueOnFail: () => onError !== 'stopWorkflow',
			getWorkflow: () => ({ id: 'workflow' }),
			getWorkflowSettings: () => ({ executionTimeout: 3_600 }),
			getMode: () => 'manual',
			setMetadata: () => {},
			executeWorkflow: async (
				info: { code: { nodes: Array<{ parameters: IDataObject }> } },
				items: INodeExecutionData[],
			) => {
				handed.push(items);
				parameters.push(info.code.nodes[1]?.parameters ?? {});
				return start();
			},
		},
	});
	const session = {
		cooldownMs: () => cooldownMs,
		redact: (text: string) => text.replaceAll(KEY, '***'),
	} as unknown as Session;
	const waiting: WaitingItems = new Map();
	const outputs = ids.map((id, index): OutputItem<Pending> => {
		const settings = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 10 };
		waiting.set(index, { query: { id, before: startPolling(NOW) }, settings, includeInput });
		const item = { json: { id }, pairedItem: { item: index } };
		if (id.startsWith('done')) return { item };
		const pollState = { ...startPolling(NOW), attempt: 1 };
		const pending = { nextPollAt: NOW + 30 * SECOND, giveUpAt: NOW + 600 * SECOND, pollState };
		return { item, stillRunning: { state: 'pending', ...pending } };
	});
	const parking = parkItems(context, session, pollableVideo, outputs, waiting);
	return { parking, handed, parameters };
}

test('nothing is parked where all items are decided', async () => {
	const { parking, handed } = await park(['done_1', 'done_2']);
	expect((await parking).map(({ json }) => json.id)).toEqual(['done_1', 'done_2']);
	expect(handed).toEqual([]);
});

test('the keeper gets every item in its order, and what its wait needs; n8n gets no item yet', async () => {
	const { parking, handed, parameters } = await park(['busy_1', 'done_1', 'busy_2'], { cooldownMs: 90_000 });
	expect(await parking).toEqual([]);
	expect(handed).toHaveLength(1);
	expect(handed[0]?.map(({ json, pairedItem }) => [json.id, 'decided' in json, pairedItem])).toEqual([
		['busy_1', false, 0],
		['done_1', true, 1],
		['busy_2', false, 2],
	]);
	const { waiting } = handed[0]?.[0]?.json as { waiting: IDataObject };
	// A cooldown that the API asked for holds in the checker too.
	expect(waiting.pending).toMatchObject({ pollState: { attempt: 1, notBefore: NOW + 90_000 } });
	expect(waiting.query).toEqual({ id: 'busy_1' });
	expect(parameters).toEqual([
		{
			resource: 'video',
			operation: 'parkedWait',
			role: 'keeperParks',
			nodeName: 'Video',
			userExecutionId: 'user',
			keeperExecutionId: '',
			stopsOnError: true,
			executionTimeout: 3_600,
		},
	]);
});

test.each<[OnError, boolean, boolean, boolean]>([
	['continueRegularOutput', false, false, false],
	['continueRegularOutput', true, true, true],
	// n8n adds the incoming fields at the error output.
	['continueErrorOutput', true, true, false],
])(
	'rows are stored where their fields are wanted (%s, %s)',
	async (onError, includeInput, isStored, inError) => {
		const { parking, handed } = await park(['busy'], { onError, includeInput });
		await parking;
		const { waiting } = handed[0]?.[0]?.json as { waiting: IDataObject };
		expect(waiting.input).toEqual(isStored ? { json: { id: 'busy', row: 0 } } : undefined);
		expect(waiting.includeInputInError).toBe(inError);
	},
);

test('where n8n ran the keeper to its end at once, its items are the output', async () => {
	const start = () => ({ executionId: 'keeper', data: [[{ json: { id: 'busy', status: 'completed' } }]] });
	const { parking } = await park(['busy'], { start });
	expect(await parking).toEqual([{ json: { id: 'busy', status: 'completed' } }]);
});

describe('a wait that n8n refuses to park', () => {
	const start = () => {
		throw new Error(`The credential ${KEY} is not shared`);
	};
	const words = (id: string) =>
		`The wait for task "${id}" could not be parked in n8n's database: The credential *** is not shared`;

	test('stops the workflow with the first row, and names the other tasks', async () => {
		const { parking } = await park(['done_1', 'busy_1', 'busy_2'], { start });
		await expect(parking).rejects.toMatchObject({
			message: words('busy_1'),
			description: containing('get its result by its ID. Other tasks of this run: done_1, busy_2.'),
			context: { itemIndex: 1 },
		});
	});

	test.each<OnError>(['continueRegularOutput', 'continueErrorOutput'])(
		'is an error of each row that still waited (%s)',
		async (onError) => {
			const { parking } = await park(['busy_1', 'done_1', 'busy_2'], { start, onError });
			expect((await parking).map(({ json, pairedItem }) => [json.error ?? json.id, pairedItem])).toEqual([
				[words('busy_1'), { item: 0 }],
				['done_1', { item: 1 }],
				[words('busy_2'), { item: 2 }],
			]);
		},
	);
});
