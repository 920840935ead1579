import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { ON_ERROR } from './harness/engine';
import { useSimulator } from './harness/simulator';
import { PLAIN_RUN, play } from './harness/virtualRun';

const simulator = useSimulator();

const create = simulator.runs({
	items: [{ prompt: 'A cat' }],
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: 'A cat',
		options: { requestTimeout: 5, maxRetries: 0 },
	},
});

const get = simulator.runs({ parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no' } });

/** What n8n makes of the expressions of a form, and of what sheets hold. */
const ROW = {
	list: ['A cat'],
	object: { a: 1 },
	nothing: null,
	empty: '',
	yes: 'TRUE',
	no: 'No ',
	odd: 'maybe',
	ratio: '16:9 ',
	one: 1,
};

test.each<[INodeParameters, string]>([
	[{ prompt: '={{ $json.object }}' }, "The 'Prompt' is an object, not a text"],
	[{ prompt: '={{ $json.list }}' }, "The 'Prompt' is a list, not a text"],
	[{ prompt: '={{ $json.object.a > 0 }}' }, "The 'Prompt' is true, not a text"],
	[{ prompt: '=A {{ $json.object }}' }, `The 'Prompt' contains "[object Object]"`],
	[{ prompt: '={{ String($json.missing) }}' }, `The 'Prompt' is "undefined"`],
	[
		{ prompt: '{{ $json.prompt }}' },
		"The 'Prompt' contains an expression that n8n did not evaluate: {{ $json.prompt }}",
	],
	[{ model: '={{ $json.object }}' }, "The 'Model' is an object, not a text"],
	[
		{ firstFrame: '={{ $json.missing }}' },
		"The 'First Frame' comes to nothing: its expression gives undefined",
	],
	[{ firstFrame: '={{ $json.list }}' }, "The 'First Frame' is a list, not a text"],
	[{ generateAudio: '={{ $json.odd }}' }, `'Generate Audio' can't be "maybe"`],
	[{ ratio: '={{ $json.list }}' }, `'Ratio' can't be ["A cat"]`],
	[{ options: { includeInput: '={{ $json.odd }}' } }, `'Include Input Fields' can't be "maybe"`],
])('what nobody can have meant is not sent: %j', async (parameters, message) => {
	const { error } = await create({ items: [ROW], parameters });
	expect(error?.message).toBe(message);
	expect(error?.context?.itemIndex).toBe(0);
	const { outputs } = await create({ items: [ROW], parameters, onError: 'continueErrorOutput' });
	expect(outputs.map((items) => items.map(({ json }) => json.error))).toEqual([[], [message]]);
	expect(simulator.api.requests).toHaveLength(0);
});

test.each<[INodeParameters, object]>([
	[
		{ generateAudio: '={{ $json.yes }}', ratio: '={{ $json.ratio }}' },
		{ generate_audio: true, ratio: '16:9' },
	],
	[{ generateAudio: '={{ $json.one }}' }, { generate_audio: true }],
	[
		{ generateAudio: '={{ $json.no }}', firstFrame: '={{ $json.nothing }}' },
		{ generate_audio: false, content: [{ type: 'text', text: 'A cat' }] },
	],
	[{ generateAudio: '={{ $json.empty }}', firstFrame: '={{ $json.empty }}' }, { generate_audio: false }],
])('what a sheet means is sent: %j', async (parameters, body) => {
	const { error } = await create({ items: [ROW], parameters });
	expect(error).toBeUndefined();
	expect(simulator.api.created[0]?.body).toMatchObject(body);
});

test('Include Input Fields and Download Video are what a sheet means', async () => {
	const { id } = simulator.api.addTask({ finishAfter: 0 });
	const items = [
		{ id, keep: 'Yes', fetch: '1' },
		{ id, keep: 'off', fetch: 'FALSE' },
	];
	const parameters = { downloadVideo: '={{ $json.fetch }}', options: { includeInput: '={{ $json.keep }}' } };
	const { outputs } = await get({ items, parameters });
	expect(outputs[0]?.map(({ json, binary }) => [json.keep, Object.keys(binary ?? {})])).toEqual([
		['Yes', ['data']],
		[undefined, []],
	]);
});

describe('an ID of 17 digits', () => {
	const id = '12345678901234567';
	const asNumber = () => simulator.api.fault({ kind: 'shape', as: 'idAsNumber', times: Infinity });

	test('keeps them on its way from the API, and is found again', async () => {
		simulator.api.addTask({ id, finishAfter: 0 });
		asNumber();
		const { outputs, error } = await get({ items: [{ id }], parameters: { waitUntilDone: 'inNode' } });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed' });
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('is an error where it comes as a number, its last digits lost', async () => {
		const { error } = await get({ items: [{ id: Number(id) }] });
		expect(error?.message).toContain('a number that is too long for n8n, so that its last digits are lost');
		expect(error?.description).toContain('Store IDs as text');
		expect(simulator.api.requests).toHaveLength(0);
	});
});

describe('a frame in a private network', () => {
	const MINIO = 'http://minio:9000/first.png';
	const run = async (frames: string[], onError: OnError) => {
		const items: IDataObject[] = frames.map((frame, row) => ({ prompt: `Row ${row}`, row, frame }));
		const parameters = {
			operation: 'create',
			waitUntilDone: 'no',
			prompt: '={{ $json.prompt }}',
			firstFrame: '={{ $json.frame }}',
		};
		return await play({ ...PLAIN_RUN, onError }, items, parameters, {
			order: (prompt) => ({ id: `video_${prompt}` }),
		});
	};

	test('stops the workflow before anything is sent', async () => {
		const { error, failedRow, log } = await run(
			['', 'https://pictures.example/1.png', MINIO],
			'stopWorkflow',
		);
		expect([error?.message, failedRow, log.length]).toEqual([
			`The 'First Frame' leads into a private network: ${MINIO}`,
			2,
			0,
		]);
	});

	test.each(ON_ERROR.slice(1))('is the error of its item, the others are made (%s)', async (onError) => {
		const { leaving, log } = await run([MINIO, ''], onError);
		expect(leaving.map(({ row, item }) => [row, item.json.error ?? item.json.id])).toEqual(
			expect.arrayContaining([
				[0, `The 'First Frame' leads into a private network: ${MINIO}`],
				[1, 'video_Row 1'],
			]),
		);
		expect(log).toHaveLength(1);
	});

	test('is sent where the Base URL is in one too', async () => {
		const { error } = await create({ parameters: { firstFrame: MINIO } });
		expect(error).toBeUndefined();
		expect(simulator.api.created).toHaveLength(1);
	});
});
