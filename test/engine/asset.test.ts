import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { AssetOptions } from '../simulator/assets.cts';
import type { FaultOptions } from '../simulator/faults.cts';
import { useBinaryStore } from './harness/binaryData.cts';
import { CAN_PARK } from './harness/parking';
import { KEY, useSimulator } from './harness/simulator';
import { MINUTE, PLAIN_RUN, play, type CommonRun } from './harness/virtualRun';

const simulator = useSimulator();
useBinaryStore();

const PHOTO = 'https://pictures.example/photo.png';

const asset = simulator.runs({
	items: [{ url: PHOTO }],
	parameters: { resource: 'asset', operation: 'upload', media: '={{ $json.url }}', waitUntilDone: 'no' },
});

const LIBRARIES: Array<[library: string, scheme: string, status: string]> = [
	['seedance20', 'asset', 'Active'],
	['seedance25', 'assetId', 'ACTIVE'],
	['specialDiscount', 'assetId', 'ACTIVE'],
];

test('a file of the item is handed over by a link of this n8n', async () => {
	const photo = {
		mimeType: 'image/png',
		data: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64'),
	};
	const { outputs, error } = await asset({
		items: [{ json: {}, binary: { photo } }],
		parameters: { media: 'photo' },
	});
	expect(error).toBeUndefined();
	const [upload] = simulator.api.uploads;
	expect(upload?.body).toMatchObject({
		assetType: 'Image',
		url: expect.stringMatching(/^https:\/\/n8n\.example\.com\/rest\/binary-data\/signed\?token=/),
	});
	expect(JSON.stringify(outputs)).not.toContain('token=');
});

describe.each(LIBRARIES)('in the library %s', (library, scheme, status) => {
	test.each(['data', 'bare'] as const)('an asset is uploaded, then got (%s)', async (uploadShape) => {
		simulator.api.behaviour.uploadShape = uploadShape;
		simulator.api.behaviour.codeAsText = uploadShape === 'bare';
		const { outputs, error, hints } = await asset({ parameters: { library, assetName: 'Anna' } });
		expect(error).toBeUndefined();
		const [upload] = simulator.api.uploads;
		const id = upload?.id as string;
		const added = { assetId: id, reference: `${scheme}://${id}`, library };
		expect(upload).toMatchObject({ library, authorization: `Bearer ${KEY}` });
		expect(upload?.body).toEqual({
			assetType: 'Image',
			url: PHOTO,
			name: 'Anna',
			...(library === 'seedance25' && { model: 'sd_2.5' }),
		});
		expect(outputs[0]?.[0]?.json).toMatchObject(added);
		expect(hints).toEqual([expect.stringContaining('not reviewed yet')]);

		simulator.api.finishAsset(id);
		const got = await asset({
			items: [{ assetId: id }],
			parameters: { operation: 'get', library, waitUntilDone: 'inNode' },
		});
		expect(got.outputs[0]?.[0]?.json).toMatchObject({ ...added, status, name: 'Anna', assetType: 'Image' });
		expect(got.outputs[0]?.[0]?.json).not.toHaveProperty('id');
	});

	test('a video takes its reference as it is', async () => {
		const { id } = simulator.api.addAsset({ library: library as AssetOptions['library'], finishAfter: 0 });
		const model = {
			seedance20: 'seedance_2_0_pro',
			seedance25: 'sd_2.5_special_v1',
			specialDiscount: 'sd_2.0_special',
		}[library];
		// By default, both are those of the incoming item.
		const got = await asset({ items: [{ assetId: id, library }], parameters: { operation: 'get' } });
		const row = got.outputs[0]?.[0]?.json as IDataObject;
		const { error } = await simulator.runs({})({
			items: [row],
			parameters: {
				operation: 'create',
				waitUntilDone: 'no',
				prompt: 'A cat',
				model: model ?? '',
				firstFrame: '={{ $json.reference }}',
			},
		});
		expect(error?.message).toBeUndefined();
		expect(JSON.stringify(simulator.api.created[0]?.body)).toContain(String(row.reference));
	});

	test.each([
		['an unknown one', 'asset-unknown', `GlobalAI OPC has no asset "asset-unknown" in the library of`],
		['a bad ID', 'a b', `The 'Asset ID' contains a space or a line break: "a b"`],
	])('%s is an error', async (_case, assetId, message) => {
		const { error } = await asset({ items: [{ assetId }], parameters: { operation: 'get', library } });
		expect(error?.message).toContain(message);
	});
});

test('an asset is deleted for good', async () => {
	const { id } = simulator.api.addAsset({});
	const { outputs } = await asset({ items: [{ assetId: id }], parameters: { operation: 'delete' } });
	expect(outputs[0]?.[0]?.json).toEqual({ assetId: id, library: 'seedance20', deleted: true });
	expect(simulator.api.asset(id)).toBeNull();
});

test('a refused upload says why in the words of the API; the others go on, one at a time', async () => {
	const items = ['a', '[refuse]', 'b'].map((name) => ({ url: `https://pictures.example/${name}.png` }));
	const { outputs } = await asset({ items, onError: 'continueErrorOutput' });
	expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	expect(outputs[1]?.map(({ json }) => json.error)).toEqual([
		'GlobalAI OPC declined the request for a new asset: 素材 URL 无法访问',
	]);
	expect(simulator.api.sideBySide).toBe(0);
});

test('with "Retry On Fail" nothing is uploaded twice', async () => {
	const items = ['a', 'b'].map((name) => ({ url: `https://pictures.example/${name}.png` }));
	simulator.api.fault({ path: '/asset/upload', kind: 'status', status: 403, after: 1 });
	const { outputs, error } = await asset({ items, tries: 2 });
	expect(error).toBeUndefined();
	expect(outputs[0]?.map(({ json }) => json.assetId)).toEqual(simulator.api.uploads.map(({ id }) => id));
	expect(simulator.api.uploads.map(({ body }) => (body as IDataObject).url)).toEqual(
		items.map(({ url }) => url),
	);
});

test('as the tool of an AI agent it answers at once, and says what to do next', async () => {
	const { outputs } = await asset({ asTool: true });
	const [upload] = simulator.api.uploads;
	expect(outputs[0]?.[0]?.json).toEqual({
		assetId: upload?.id,
		reference: `asset://${upload?.id}`,
		library: 'seedance20',
		nextStep: expect.stringContaining('Get it in 5 s') as unknown,
	});
});

test('calls of an AI agent side by side upload one at a time', async () => {
	const calls = await Promise.all([1, 2, 3].map(async () => await asset({ asTool: true })));
	expect(calls.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
	expect(simulator.api.uploads).toHaveLength(3);
	expect(simulator.api.sideBySide).toBe(0);
});

/** Uploads these on a virtual clock. The name says how a review ends. */
async function upload(
	names: string[],
	parameters: INodeParameters,
	run: Partial<CommonRun> = {},
	stopAfterMs?: number,
	faults: FaultOptions[] = [],
) {
	const review = ({ url }: { url: string }): AssetOptions => ({
		outcome: (['failed', 'expired', 'never'] as const).find((word) => url.includes(word)),
		finishAfter: url.includes('late') ? 200 : 12,
	});
	const played = await play(
		{ ...PLAIN_RUN, ...run },
		names.map((name) => ({ url: `https://pictures.example/${name}.png` })),
		{ resource: 'asset', operation: 'upload', media: '={{ $json.url }}', ...parameters },
		{ review, faults },
		{ stopAfterMs },
	);
	const ends = played.leaving.map(({ row, output, item }) => [
		row,
		output,
		String(item.json.error ?? item.json.status),
	]);
	return { ...played, ends };
}

const WAITS = ['inNode', ...(CAN_PARK ? ['parked'] : [])];

test.each(WAITS.flatMap((wait) => LIBRARIES.map(([library]) => [wait, library])))(
	'%s, the reviews in %s are waited for',
	async (waitUntilDone, library) => {
		const isCenter = library !== 'seedance20';
		const names = ['late', 'failed', 'soon', ...(isCenter ? ['expired'] : [])];
		const { ends, log, children, leaving } = await upload(names, { waitUntilDone, library, giveUpAfter: 10 });
		const active = isCenter ? 'ACTIVE' : 'Active';
		expect(ends).toEqual([
			[0, 'done', active],
			[2, 'done', active],
			[1, 'error', expect.stringMatching(/^Asset "asset-.*" did not pass its review/)],
			...(isCenter ? [[3, 'error', expect.stringMatching(/^Asset "asset-.*" has expired/)]] : []),
		]);
		expect(children).toHaveLength(waitUntilDone === 'parked' ? 2 : 0);
		expect(log.filter(({ kind }) => kind === 'create').map(({ subject }) => subject)).toHaveLength(
			names.length,
		);
		expect(leaving[0]?.item.json).toMatchObject({
			library,
			reference: expect.stringContaining(isCenter ? 'assetId://asset-' : 'asset://asset-') as unknown,
		});
	},
);

test.each(WAITS)(
	'%s, a review that never ends times out after 10 minutes, with the asset',
	async (waitUntilDone) => {
		const { leaving, endedSteady } = await upload(['never'], { waitUntilDone, library: 'seedance25' });
		expect(leaving[0]?.item.json).toMatchObject({
			error: expect.stringMatching(/was still (NONE|UPLOADING|PROCESSING) after 1\d minutes/) as unknown,
			details: { asset: { library: 'seedance25' } },
		});
		expect(endedSteady).toBeLessThan(12 * MINUTE);
	},
);

test('Stop ends a wait for a review at once, and nothing more is asked', async () => {
	const { error, log } = await upload(
		['never'],
		{ waitUntilDone: 'inNode' },
		{ onError: 'stopWorkflow' },
		31_000,
	);
	expect(error?.message).toBe('The execution was canceled');
	expect(log.every(({ steady }) => steady <= 31_000)).toBe(true);
	expect(log.filter(({ kind }) => kind === 'query')).toHaveLength(6);
});

test('Stop ends an upload within a second, and those in line are not sent', async () => {
	const { error, log, endedSteady } = await upload(
		['first', 'second'],
		{ waitUntilDone: 'inNode' },
		{ onError: 'stopWorkflow' },
		45_000,
		[{ path: '/asset/upload', kind: 'hang' }],
	);
	expect(error?.message).toBe('The execution was canceled');
	expect(log.map(({ steady, closed }) => [steady, closed])).toEqual([[0, true]]);
	expect(endedSteady).toBeLessThan(46_000);
});
