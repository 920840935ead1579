import { libraryOf } from '../../../../nodes/Seedance/resources/asset/libraries';
import {
	createRequest,
	groupsBy,
	type Model,
	modelOf,
	MODELS,
	namesOf,
	type VideoRequest,
} from '../../../../nodes/Seedance/resources/video/models';

const VIDEO: VideoRequest = { model: 'm', prompt: 'A cat', ratio: '16:9', duration: 5, generateAudio: true };

const FRAMES = { firstFrame: 'https://f', lastFrame: 'asset://l' };
const REFERENCES = {
	referenceImages: ['https://i', 'asset://i'],
	referenceVideos: ['https://v'],
	referenceAudios: ['https://a'],
};

const text = { type: 'text', text: 'A cat' };
const image = (url: string, role: string) => ({ type: 'image_url', image_url: { url }, role });
const bothFrames = [image('https://f', 'first_frame'), image('asset://l', 'last_frame')];
const references = [
	image('https://i', 'reference_image'),
	image('asset://i', 'reference_image'),
	{ type: 'video_url', video_url: { url: 'https://v' }, role: 'reference_video' },
	{ type: 'audio_url', audio_url: { url: 'https://a' }, role: 'reference_audio' },
];

const SENT_15 = { model: 'seedance_1_5_pro_720p', ratio: '16:9', duration: 5, generate_audio: true };
const SENT_20 = {
	model: 'seedance_2_0_pro',
	prompt: 'A cat',
	aspect_ratio: '16:9',
	duration: 5,
	generateAudio: true,
};
const SENT_X1 = { model: 'seedance_2_0_x1_official', resolution: '1080p', ratio: '16:9', duration: 5 };

describe('what is sent', () => {
	test.each<[string, Partial<VideoRequest>, object]>([
		['a prompt alone', {}, { ...SENT_15, content: [text] }],
		['a first frame', { firstFrame: 'https://f' }, { ...SENT_15, content: [text, bothFrames[0]] }],
		['both frames', FRAMES, { ...SENT_15, content: [text, ...bothFrames] }],
		['an adaptive ratio', { ratio: 'adaptive' }, { ...SENT_15, ratio: 'adaptive', content: [text] }],
	])('to Seedance 1.5, of %s', (_case, more, body) => {
		expect(createRequest({ ...VIDEO, ...more, model: SENT_15.model })).toEqual({
			path: '/v1/seedance/videos',
			body,
		});
	});

	test.each<[string, Partial<VideoRequest>, object]>([
		['a prompt alone', {}, SENT_20],
		['both frames', FRAMES, { ...SENT_20, first_image: 'https://f', last_image: 'asset://l' }],
		[
			'references',
			REFERENCES,
			{
				...SENT_20,
				referenceImages: ['https://i', 'asset://i'],
				referenceVideos: ['https://v'],
				referenceAudios: ['https://a'],
			},
		],
		['an adaptive ratio', { ratio: 'adaptive' }, { ...SENT_20, aspect_ratio: undefined }],
	])('to Seedance 2.0, of %s', (_case, more, body) => {
		expect(createRequest({ ...VIDEO, ...more, model: SENT_20.model })).toEqual({
			path: '/v1/kyyvideo2/videos',
			body,
		});
	});

	test.each<[string, Partial<VideoRequest>, object]>([
		['both frames', FRAMES, { ...SENT_X1, content: [text, ...bothFrames] }],
		['references', REFERENCES, { ...SENT_X1, content: [text, ...references] }],
		[
			'an adaptive ratio, which it does not know: its default',
			{ ratio: 'adaptive' },
			{ ...SENT_X1, content: [text] },
		],
	])('to Seedance X1, of %s', (_case, more, body) => {
		const request = { ...VIDEO, resolution: '1080p', ...more, model: SENT_X1.model };
		expect(createRequest(request)).toEqual({ path: '/v1/seedance-x1/videos', body });
	});

	const SENT_CENTER = { model: 'sd_2.0_discount', tools: [], prompt: 'A cat', duration: 5 };

	test.each<[string, Partial<VideoRequest>, object]>([
		['a prompt alone', {}, {}],
		['both frames', FRAMES, { first_image: 'https://f', last_image: 'asset://l' }],
		[
			'references',
			REFERENCES,
			{
				reference_images: ['https://i', 'asset://i'],
				reference_videos: ['https://v'],
				reference_audios: ['https://a'],
			},
		],
		['an adaptive ratio', { ratio: 'adaptive' }, { aspect_ratio: 'adaptive' }],
		[
			'settings',
			{ seed: 7, watermark: true, returnLastFrame: true },
			{ seed: 7, watermark: true, return_last_frame: true },
		],
	])('to the model center, of %s', (_case, more, sent) => {
		const request = { ...VIDEO, resolution: '1080p', ...more, model: SENT_CENTER.model };
		const all = { resolution: '1080p', aspect_ratio: '16:9', generate_audio: true };
		expect(createRequest(request)).toEqual({
			path: '/v2/model-center/tasks',
			body: { ...SENT_CENTER, ...all, ...sent },
		});
	});

	test('to a model center model that takes no sound and has no adaptive ratio: neither', () => {
		const { body } = createRequest({ ...VIDEO, ratio: 'adaptive', model: 'seedance-2.5-c1' });
		expect(JSON.parse(JSON.stringify(body))).toEqual({
			model: 'seedance-2.5-c1',
			prompt: 'A cat',
			duration: 5,
			tools: [],
		});
	});

	test('to a model that the list lacks: what was not chosen is left to it', () => {
		const { path, body } = createRequest({
			...VIDEO,
			model: 'wan2.7-t2v',
			ratio: 'adaptive',
			duration: -1,
			generateAudio: false,
		});
		expect(path).toBe('/v2/model-center/tasks');
		expect(JSON.parse(JSON.stringify(body))).toEqual({ model: 'wan2.7-t2v', prompt: 'A cat', tools: [] });
	});

	test('with additional fields over all others', () => {
		const additionalFields = { duration: 7, service_tier: 'flex' };
		const { body } = createRequest({ ...VIDEO, model: SENT_15.model, additionalFields });
		expect(body).toEqual({ ...SENT_15, content: [text], duration: 7, service_tier: 'flex' });
	});
});

describe('a model by its ID', () => {
	test.each(MODELS.map(({ id }) => id))('%s of the list, in any case', (id) => {
		expect(modelOf(id).id).toBe(id);
		expect(modelOf(id.toUpperCase()).id).toBe(id);
	});

	test.each([
		['/v1/seedance-x1/videos', ['seedance_2_0_x1_free', 'SEEDANCE_FAST_2_0_X1', 'seedance_3_0_x1']],
		['/v1/kyyvideo2/videos', ['seedance_2_0_mini', 'seedance_2_5', 'seedance_fast_2_1']],
		['/v1/seedance/videos', ['seedance_1_5_lite', 'seedance_1_5_pro_2k']],
		['/v2/model-center/tasks', ['seedance-2.6-c1', 'sora_2', 'seedance_2', 'mix1', 'KlingO3']],
	])('one that the list lacks goes by its name: to %s', (path, ids) => {
		for (const id of ids) expect([id, modelOf(id).way.path]).toEqual([id, path]);
	});

	test('of one that the list lacks, nothing is known but its name', () => {
		for (const id of ['seedance_2_0_mini', 'seedance_x1_9_x1', 'seedance_1_5_lite', 'wan']) {
			expect(modelOf(id)).toMatchObject({
				id,
				name: `The model ${id}`,
				isUnlisted: true,
				needs: undefined,
				framesOrReferences: undefined,
				frames: true,
				duration: { min: 1, max: Infinity },
			});
		}
	});
});

const byId = (...ids: string[]) => MODELS.filter(({ id }) => ids.includes(id));

test.each<[string[], string[]]>([
	[[], []],
	[
		['seedance_2_0_pro', 'seedance_2_0_fast_pro'],
		['Seedance 2.0 Fast Pro', 'Seedance 2.0 Pro'],
	],
	[
		['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p', 'seedance_2_0_fast'],
		['Seedance 2.0 Fast', 'Seedance 1.5'],
	],
])('texts call %j %j', (ids, names) => {
	expect(namesOf(byId(...ids))).toEqual(names);
});

test('models are grouped by a fact, also by one without a limit, and those without the fact are left out', () => {
	const [first, second] = MODELS as [Model, Model];
	const facts: Array<{ most?: number }> = [{ most: 3 }, { most: Infinity }, {}, { most: 3 }];
	const models = facts.map(
		({ most }): Model => ({ ...first, references: most === undefined ? {} : { image: most } }),
	);
	expect(groupsBy(models, ({ references }) => references.image)).toEqual([
		{ fact: 3, models: [models[0], models[3]] },
		{ fact: Infinity, models: [models[1]] },
	]);
	expect(groupsBy([first, second], () => undefined)).toEqual([]);
});

describe('the asset library', () => {
	const withAssets = MODELS.flatMap(({ id, series, assets }) => (assets ? [{ id, series, ...assets }] : []));

	test.each(withAssets)('of $id says that it is for its series, and has its scheme', (model) => {
		const { scheme, models } = libraryOf(model.library);
		expect(model.scheme).toBe(scheme);
		// "Seedance 2.0 Discount" stands there as "Discount".
		expect(models).toContain(model.series.split(' ').at(-1));
		expect(models.includes('2.5')).toBe(model.series.includes('2.5'));
		expect(model.library).not.toBeUndefined();
	});

	test.each([
		['sd_2.5_new_v1', 'seedance25'],
		['sd_2.0_new', 'specialDiscount'],
		['minimax-h3', undefined],
		['seedance_2_0_new', 'seedance20'],
		['seedance_1_5_new', undefined],
	])('of the ID %s, which the list lacks, is %s', (id, library) => {
		expect(modelOf(id).assets?.library).toBe(library);
	});
});
