import {
	sleep,
	type IBinaryData,
	type IDataObject,
	type INodeExecutionData,
	type INodeParameters,
} from 'n8n-workflow';

import { until } from '../host/until.cts';
import type { AssetOptions } from '../simulator/assets.cts';
import type { FaultOptions } from '../simulator/faults.cts';
import { png } from '../unit/media/pictures';
import { readStoredFile, useBinaryStore } from './harness/binaryData.cts';
import { Container, core } from './harness/n8nCore.cts';
import { CAN_PARK } from './harness/parking';
import { useSimulator } from './harness/simulator';
import {
	commonViolations,
	expectNone,
	MINUTE,
	PLAIN_RUN,
	play,
	stopViolations,
	type CommonRun,
	type Played,
} from './harness/virtualRun';

const SECOND = 1_000;

const address = (name: string) => `https://pictures.example/${name}.png`;

/** Says by its name how a review ends, and how long it takes: 12 s, or the seconds at its end. */
const review = ({ url }: { url: string }): AssetOptions => ({
	outcome: (['failed', 'expired', 'never'] as const).find((word) => url.includes(word)),
	errorMessage: 'the face of a real person',
	finishAfter: Number(/(\d+)\.png$/.exec(url)?.[1] ?? 12),
});

/** A model of each library, and how its creates name the asset that they begin with. */
const MODELS: Array<[library: string, model: string, scheme: string]> = [
	['seedance20', 'seedance_2_0_pro', 'asset'],
	['specialDiscount', 'sd_2.0_special', 'assetId'],
	['seedance25', 'seedance-2.5-c1', 'assetId'],
];

interface Played1 extends Played<unknown> {
	run: CommonRun;
	uploads: Played<unknown>['log'];
	checks: Played<unknown>['log'];
	creates: Played<unknown>['log'];
	/** Row, output, and the error of each that left. */
	ends: Array<[row: number, output: string, error: unknown]>;
}

/** Creates videos with these first frames on a virtual clock. */
async function create(
	frames: string[],
	parameters: INodeParameters = {},
	run: Partial<CommonRun> = {},
	{ stopAfterMs, faults = [] }: { stopAfterMs?: number; faults?: FaultOptions[] } = {},
): Promise<Played1> {
	const settings = { ...PLAIN_RUN, ...run };
	const played = await play(
		settings,
		frames.map((name, row) => ({ url: address(name), prompt: `Video ${row}` })),
		{
			resource: 'video',
			operation: 'create',
			prompt: '={{ $json.prompt }}',
			model: 'seedance_2_0_pro',
			firstFrame: '={{ $json.url }}',
			reviewMedia: true,
			waitUntilDone: 'no',
			...parameters,
		},
		{ review, faults, order: () => ({ finishAfter: 60 }) },
		{ stopAfterMs },
	);
	const { log } = played;
	const isUpload = ({ subject }: { subject: string }) => subject.startsWith('https://');
	return {
		...played,
		run: settings,
		uploads: log.filter((entry) => entry.kind === 'create' && isUpload(entry)),
		creates: log.filter((entry) => entry.kind === 'create' && !isUpload(entry)),
		checks: log.filter(({ kind, subject }) => kind === 'query' && subject.startsWith('asset-')),
		ends: played.leaving.map(({ row, output, item }) => [row, output, item.json.error ?? undefined]),
	};
}

/** Expects that uploads took turns, and that each create came after all reviews. */
function expectTurns({ uploads, checks, creates }: Played1): void {
	uploads.slice(1).forEach(({ begun }, row) => expect(uploads[row]?.ended).toBeLessThan(begun));
	const lastCheck = Math.max(0, ...checks.map(({ ended = Infinity }) => ended));
	for (const { begun } of creates) expect(begun).toBeGreaterThan(lastCheck);
}

const namesOf = (log: Played1['log']) => log.map(({ subject }) => subject);

describe.each(MODELS)('with the library %s', (_library, model) => {
	test('each medium is uploaded once, one at a time, and awaited; then the creates name the assets', async () => {
		const played = await create(['a', 'b40', 'a', 'b40', 'c'], { model });
		expectNone(commonViolations(played.run, played), played);
		expect(namesOf(played.uploads)).toEqual(['a', 'b40', 'c'].map(address));
		expectTurns(played);
		expect(played.ends).toEqual([0, 1, 2, 3, 4].map((row) => [row, 'done', undefined]));
		expect(played.creates).toHaveLength(5);
		// 5 s after each upload, and so on until it is usable.
		const [first] = played.checks;
		expect(played.checks.filter(({ subject }) => subject === first?.subject)).toHaveLength(3);
		expect(played.endedSteady).toBeGreaterThanOrEqual(40 * SECOND);
		expect(played.endedSteady).toBeLessThan(50 * SECOND);
	});

	test('a refused review is the error of its items, with the words of the API; nothing is paid', async () => {
		const played = await create(['a', 'failed', 'b', 'failed'], { model });
		expectNone(commonViolations(played.run, played), played);
		const words = expect.stringMatching(
			/^'First Frame' \(https:\/\/pictures\.example\/failed\.png\): Asset "asset-.*" did not pass its review/,
		) as unknown;
		expect([...played.ends].sort()).toEqual([
			[0, 'done', undefined],
			[1, 'error', words],
			[2, 'done', undefined],
			[3, 'error', words],
		]);
		const details = played.leaving.find(({ row }) => row === 1)?.item.json.details as IDataObject;
		expect(details.description).toBe(
			'No video was created for this item, and nothing is billed for it. Change what the reason names, or give another file.',
		);
		expect(namesOf(played.uploads)).toEqual(['a', 'failed', 'b'].map(address));
		expect(namesOf(played.creates)).toEqual(['Video 0', 'Video 2']);
	});
});

test('the words of a library that says why stand in the error', async () => {
	const { ends } = await create(['failed'], { model: 'sd_2.0_special' });
	expect(ends[0]?.[2]).toMatch(/did not pass its review: the face of a real person$/);
});

test('what may be the signature of a private link stands in no error', async () => {
	const { leaving, uploads } = await create(['failed'], { firstFrame: '={{ $json.url }}?signature=s3cret' });
	expect(namesOf(uploads)).toEqual([`${address('failed')}?signature=s3cret`]);
	expect(leaving[0]?.item.json.error).toContain(`'First Frame' (${address('failed')}): Asset`);
	expect(JSON.stringify(leaving)).not.toContain('s3cret');
});

test('a review of more than 10 minutes times out; the others are not harmed', async () => {
	const played = await create(['never', 'a'], { model: 'sd_2.0_special' });
	expectNone(commonViolations(played.run, played), played);
	expect([...played.ends].sort()).toEqual([
		[0, 'error', expect.stringMatching(/still PROCESSING after 10 minutes, so the wait timed out$/)],
		[1, 'done', undefined],
	]);
	const { json } = played.leaving.find(({ row }) => row === 0)?.item as INodeExecutionData;
	expect(json.details).toMatchObject({
		description: expect.stringMatching(
			/^No video was created .* nothing is billed for it\. The review may still end\./,
		) as unknown,
		asset: { reference: expect.stringContaining('assetId://asset-') as unknown, library: 'specialDiscount' },
	});
	// Every 5 s for 5 minutes, then every 30 s.
	const { subject } = played.checks.at(-1) as Played1['log'][number];
	expect(played.checks.filter((check) => check.subject === subject).length).toBeLessThan(75);
	expect(played.endedSteady).toBeLessThan(11 * MINUTE);
});

test('where an error stops the workflow, nothing that is not sent is sent', async () => {
	const played = await create(['a', 'failed', 'b200'], {}, { onError: 'stopWorkflow' });
	expect(played.failedRow).toBe(1);
	expect(played.error?.message).toContain('did not pass its review');
	expect(played.creates).toEqual([]);
	expect(played.endedSteady).toBeLessThan(MINUTE);
	expect(played.log.every(({ ended }) => ended !== undefined)).toBe(true);
});

test('an upload that is refused is the error of its item', async () => {
	const { ends, creates } = await create(['[refuse]', 'a']);
	expect([...ends].sort()).toEqual([
		[
			0,
			'error',
			expect.stringMatching(/^'First Frame' \(.*\): GlobalAI OPC declined .*: 素材 URL 无法访问$/),
		],
		[1, 'done', undefined],
	]);
	expect(namesOf(creates)).toEqual(['Video 1']);
});

const UPLOAD = '/asset/upload';

test('uploads go on after a 429 and a lost answer, one at a time', async () => {
	const played = await create(
		['a', 'b', 'c'],
		{},
		{ maxRetries: 2 },
		{
			faults: [
				{ path: UPLOAD, kind: 'status', status: 429, retryAfter: 7 },
				{ path: UPLOAD, kind: 'cutAfterAccept', after: 1 },
			],
		},
	);
	expectNone(commonViolations(played.run, played), played);
	expectTurns(played);
	expect(played.ends.map(([, output]) => output)).toEqual(['done', 'done', 'done']);
	expect(played.uploads).toHaveLength(5);
});

test('an upload without an answer in 120 s is not repeated, and the next begins only then', async () => {
	const played = await create(
		['a', 'b'],
		{},
		{ maxRetries: 2 },
		{ faults: [{ path: UPLOAD, kind: 'hang' }] },
	);
	expectNone(commonViolations(played.run, played), played);
	expect([...played.ends].sort()).toEqual([
		[0, 'error', expect.stringContaining('did not answer within 120 s')],
		[1, 'done', undefined],
	]);
	expect(played.uploads.map(({ steady }) => steady)).toEqual([0, 120 * SECOND]);
});

describe('with "Retry On Fail"', () => {
	test('what an earlier attempt uploaded is not uploaded again, and is waited for again', async () => {
		const played = await create(
			['a30', 'b90'],
			{},
			{ onError: 'stopWorkflow', tries: 2 },
			{ faults: [{ path: '/videos', method: 'POST', kind: 'status', status: 400 }] },
		);
		expect(played.error).toBeUndefined();
		expect(namesOf(played.uploads)).toEqual(['a30', 'b90'].map(address));
		expect(played.executions).toHaveLength(2);
		expect(played.leaving).toHaveLength(2);
	});

	test('a review that was cut off by the error of another item is waited for', async () => {
		const faults: FaultOptions[] = [{ path: UPLOAD, kind: 'status', status: 403, after: 1 }];
		const played = await create(['a90', 'b'], {}, { onError: 'stopWorkflow', tries: 2 }, { faults });
		expect(played.error).toBeUndefined();
		expect(namesOf(played.uploads)).toEqual(['a90', 'b', 'b'].map(address));
		expect(played.endedSteady).toBeGreaterThan(90 * SECOND);
	});

	test('what was refused is not uploaded again', async () => {
		const played = await create(['failed'], {}, { onError: 'stopWorkflow', tries: 3 });
		expect(played.error?.message).toContain('did not pass its review');
		expect(played.executions).toHaveLength(3);
		expect(played.uploads).toHaveLength(1);
	});

	test('a create that was sent uploads nothing', async () => {
		const played = await create(
			['a', 'b'],
			{ options: { maxConcurrency: 1 } },
			{ tries: 3 },
			{ faults: [{ path: '/videos', kind: 'cutAfterAccept' }] },
		);
		expect(played.uploads).toHaveLength(2);
		expect(played.creates).toHaveLength(2);
		expect(played.executions).toHaveLength(3);
		// The attempts after the first check nothing.
		const [first = 0, second = Infinity] = played.executions;
		expect(played.checks.filter(({ wall }) => wall > second)).toEqual([]);
		expect(second).toBeGreaterThan(first);
	});
});

describe('Stop', () => {
	test.each([
		['during a review', ['never'], 31 * SECOND, []],
		['during an upload, with others in line', ['a', 'b'], 45 * SECOND, [{ path: UPLOAD, kind: 'hang' }]],
	] as Array<[string, string[], number, FaultOptions[]]>)(
		'%s ends it within a second, and nothing is paid',
		async (_case, frames, stopAfterMs, faults) => {
			const played = await create(frames, {}, { onError: 'stopWorkflow' }, { stopAfterMs, faults });
			expectNone(stopViolations(played.run, played, stopAfterMs), played);
			expect(played.error?.message).toBe('The execution was canceled');
			expect(played.creates).toEqual([]);
		},
	);

	test('tells the log of the assets that were uploaded', async () => {
		const { consoleMessages, checks } = await create(
			['never'],
			{},
			{ onError: 'stopWorkflow' },
			{ stopAfterMs: 31 * SECOND },
		);
		const id = checks[0]?.subject;
		expect(JSON.stringify(consoleMessages)).toContain(`Assets of this run that were uploaded: ${id}.`);
	});
});

const PARKED = CAN_PARK ? ['inNode', 'parked'] : ['inNode'];

test.each(PARKED)('%s, the review is awaited before the create, inside the node', async (waitUntilDone) => {
	const played = await create(['a', 'failed', 'a'], { waitUntilDone });
	expectNone(commonViolations(played.run, played), played);
	expectTurns(played);
	expect([...played.ends].sort()).toEqual([
		[0, 'done', undefined],
		[1, 'error', expect.stringContaining('did not pass its review')],
		[2, 'done', undefined],
	]);
	expect(played.leaving.find(({ row }) => row === 0)?.item.json.status).toBe('completed');
});

test('an asset is passed as it is, and so is everything where it is off', async () => {
	const { uploads, creates } = await create(['a', 'b'], { reviewMedia: '={{ $itemIndex === 1 }}' });
	expect(namesOf(uploads)).toEqual([address('b')]);
	expect(creates).toHaveLength(2);
});

describe('bodies and files', () => {
	const simulator = useSimulator({
		review: ({ url }, count) => ({
			finishAfter: 0,
			outcome: url.includes('refused-once') && count === 0 ? 'failed' : 'active',
		}),
	});
	useBinaryStore();

	const run = simulator.runs({
		parameters: {
			operation: 'create',
			prompt: 'A person waves',
			waitUntilDone: 'no',
			reviewMedia: true,
			options: { requestTimeout: 5, maxRetries: 0 },
		},
	});

	const photo = (side = 640): IBinaryData => ({
		mimeType: 'image/png',
		data: Buffer.concat([png([side, 480]), Buffer.alloc(1000)]).toString('base64'),
		fileName: 'photo.png',
	});

	/** A file in n8n's store, as most nodes give it. */
	const stored = async (side: number) => {
		const { data, ...file } = photo(side);
		return await Container.get(core.BinaryDataService).store(
			{ type: 'execution', workflowId: 'workflow', executionId: 'execution' } as never,
			Buffer.from(data, 'base64'),
			{ ...file, data: '' },
		);
	};

	const bodies = () => simulator.api.created.map(({ body }) => body as Record<string, unknown>);
	const locator = (value: string) => ({ __rl: true, mode: 'list', value });

	test.each(MODELS.filter(([library]) => library !== 'seedance20'))(
		'in %s, the address of a file is uploaded, and the create names the asset',
		async (library, model, scheme) => {
			const { outputs, error } = await run({
				items: [{ json: {}, binary: { photo: photo() } }],
				parameters: { model: locator(model), firstFrame: 'photo' },
			});
			expect(error).toBeUndefined();
			const [upload] = simulator.api.uploads;
			expect(upload).toMatchObject({ library, body: { assetType: 'Image' } });
			const { searchParams } = new URL((upload?.body as { url: string }).url);
			const token = searchParams.get('token') as string;
			const id = Container.get(core.BinaryDataService).validateSignedToken(token);
			expect(readStoredFile(id).equals(Buffer.from(photo().data, 'base64'))).toBe(true);
			expect(bodies()[0]).toMatchObject({ first_image: `${scheme}://${upload?.id}` });
			expect(JSON.stringify(outputs)).not.toContain('token');
		},
	);

	test('a model that takes assets only takes addresses and files of each kind, beside an asset', async () => {
		const { id } = simulator.api.addAsset({ library: 'seedance25', finishAfter: 0 });
		const { error } = await run({
			items: [{ json: {}, binary: { photo: photo() } }],
			parameters: {
				model: locator('sd_2.5_special_v1'),
				referenceImages: `photo\nassetId://${id}\nhttps://pictures.example/a.png`,
				referenceVideos: 'https://pictures.example/b.mp4',
				referenceAudios: 'https://pictures.example/c.mp3',
			},
		});
		expect(error).toBeUndefined();
		const { uploads } = simulator.api;
		const byType = (type: string) =>
			uploads
				.filter(({ body }) => (body as IDataObject).assetType === type)
				.map((one) => `assetId://${one.id}`);
		const [first, second] = byType('Image');
		const images = bodies()[0]?.reference_images as string[];
		expect([...images].sort()).toEqual([first, second, `assetId://${id}`].sort());
		expect(images[1]).toBe(`assetId://${id}`);
		expect(bodies()[0]).toMatchObject({
			reference_videos: byType('Video'),
			reference_audios: byType('Audio'),
		});
		expect(simulator.api.sideBySide).toBe(0);
	});

	test.each([
		['an address', 'https://pictures.example/a.png'],
		['a file', 'photo'],
	])('without a review, such a model takes no %s', async (_case, firstFrame) => {
		const { error } = await run({
			items: [{ json: {}, binary: { photo: photo() } }],
			parameters: { model: locator('sd_2.5_special_v1'), firstFrame, reviewMedia: false },
		});
		expect(error?.message).toContain("The 'First Frame' is no asset");
		expect(error?.description).toContain("Turn on 'Have Media Reviewed First'");
		expect(simulator.api.requests).toEqual([]);
	});

	test('a file that many items share is uploaded once, another of the same name too', async () => {
		const [first, second] = [await stored(640), await stored(800)];
		const { error } = await run({
			items: [first, second, first].map((file) => ({ json: {}, binary: { photo: file } })),
			parameters: { model: locator('sd_2.0_special'), firstFrame: 'photo' },
		});
		expect(error).toBeUndefined();
		expect(simulator.api.uploads).toHaveLength(2);
		const images = bodies().map(({ first_image: image }) => image);
		expect(images[0]).toBe(images[2]);
		expect(images[0]).not.toBe(images[1]);
	});

	test('a picture outside the bounds is not uploaded', async () => {
		const { error } = await run({
			items: [{ json: {}, binary: { photo: photo(100) } }],
			parameters: { model: locator('sd_2.0_special'), firstFrame: 'photo' },
		});
		expect(error?.message).toContain('100 × 480');
		expect(simulator.api.requests).toEqual([]);
	});

	test('"Executions → Retry" uses the assets of the failed execution; after a success none is stored', async () => {
		const remembered = ({ data }: { data: { executionData?: { contextData: IDataObject } } }) =>
			data.executionData?.contextData['node:Seedance'];
		const given = {
			items: [{ url: address('a') }],
			parameters: { model: locator('seedance_2_0_pro'), firstFrame: '={{ $json.url }}' },
		};
		simulator.api.fault({ path: '/videos', method: 'POST', kind: 'status', status: 400 });
		const failed = await run(given);
		expect(failed.error).toBeDefined();
		expect(JSON.stringify(remembered(failed.run as never))).toContain(simulator.api.uploads[0]?.id);
		const retried = await run({ ...given, retryOf: failed.run });
		expect(retried.error).toBeUndefined();
		expect(simulator.api.uploads).toHaveLength(1);
		expect(bodies()).toEqual([
			expect.objectContaining({ first_image: `asset://${simulator.api.uploads[0]?.id}` }),
		]);
		expect(remembered(retried.run as never)).toEqual({});
	});

	test('"Executions → Retry" uploads anew what was refused: the file may be another one by now', async () => {
		const given = {
			items: [{ url: address('refused-once') }],
			parameters: { model: locator('sd_2.0_special'), firstFrame: '={{ $json.url }}' },
		};
		const failed = await run({ ...given, tries: 2 });
		expect(failed.error?.message).toContain('did not pass its review');
		expect(simulator.api.uploads).toHaveLength(1);
		const retried = await run({ ...given, retryOf: failed.run });
		expect(retried.error).toBeUndefined();
		expect(simulator.api.uploads).toHaveLength(2);
	});

	test('Stop ends the wait for a turn while another execution uploads', async () => {
		simulator.api.fault({ path: '/assetUpload', kind: 'hang' });
		const given = {
			items: [{ url: address('a') }],
			parameters: { model: locator('sd_2.0_special'), firstFrame: '={{ $json.url }}' },
		};
		const stops: Array<() => void> = [];
		const begin = async () =>
			await run({ ...given, onStart: (execution) => stops.push(() => execution.cancel()) });
		const uploading = begin();
		await until(() => simulator.api.requestsTo('/assetUpload')[0], { what: 'the first uploads' });
		const inLine = begin();
		// It says nothing of when it is in line.
		await sleep(300);
		stops[1]?.();
		expect((await inLine).error?.message).toBe('The execution was canceled');
		expect(simulator.api.requestsTo('/assetUpload')).toHaveLength(1);
		stops[0]?.();
		expect((await uploading).error?.message).toBe('The execution was canceled');
	});

	test('calls of an AI agent side by side upload one at a time', async () => {
		const calls = await Promise.all(
			['a', 'b', 'c'].map(async (name) =>
				run({
					asTool: true,
					items: [{ url: address(name) }],
					parameters: { model: locator('sd_2.0_special'), firstFrame: '={{ $json.url }}' },
				}),
			),
		);
		expect(calls.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(simulator.api.uploads).toHaveLength(3);
		expect(simulator.api.sideBySide).toBe(0);
	});

	test.each([
		['takes no assets', 'seedance_1_5_pro_720p', undefined],
		['has no known library', 'minimax-h3', 'which asset library it uses is not known'],
	])('a model that %s', async (_case, value, message) => {
		const { error } = await run({
			items: [{ url: address('a') }],
			parameters: { model: { __rl: true, mode: 'id', value }, firstFrame: '={{ $json.url }}' },
		});
		if (message === undefined) expect(error).toBeUndefined();
		else expect(error?.message).toContain(message);
		expect(simulator.api.uploads).toEqual([]);
	});
});
