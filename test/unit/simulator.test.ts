import { bytesOf, type Answer } from '../simulator/answers.cts';
import { FakeApi, type ApiRequest } from '../simulator/api.cts';

// What the engine's tests rely on, and would not notice: that creates are held to the vendor's pages, and how long videos take.

const NOW = 1_761_635_478_000;

let api: FakeApi;
beforeEach(() => {
	api = new FakeApi();
});

function ask(method: string, path: string, more: Partial<ApiRequest> = {}) {
	const headers = { authorization: 'Bearer sk-simulator', 'content-type': 'application/json' };
	const request = { method, path: `/kyyReactApiServer${path}`, id: null, headers, text: '' };
	const { status, body } = api.handle({ host: 'api', ...request, ...more }, NOW) as Answer;
	return { status, value: JSON.parse(bytesOf(body).toString()) as Record<string, unknown> };
}

const LINK = 'https://example.com/a';
const ASSET = 'asset://a-1';
const TEXT = { type: 'text', text: 'A cat on a roof' };
const image = (url: string, role?: string) => ({ type: 'image_url', image_url: { url }, role });
const video = (url: string, role?: string) => ({ type: 'video_url', video_url: { url }, role });
const audio = (url: string, role?: string) => ({ type: 'audio_url', audio_url: { url }, role });
const content = (...parts: unknown[]) => ({ content: [TEXT, ...parts] });
const prompt = (text: string) => ({ content: [{ ...TEXT, text }] });

/** The least that each family takes, with its path. */
const LEAST = {
	'1.5': ['/v1/seedance/videos', { model: 'seedance_1_5_pro_720p', ...content() }],
	'2.0': ['/v1/kyyvideo2/videos', { model: 'seedance_2_0_pro', prompt: TEXT.text }],
	X1: ['/v1/seedance-x1/videos', { model: 'seedance_2_0_x1_official', ...content(image(LINK)) }],
} as const;
type Family = keyof typeof LEAST;
const FAMILIES = Object.keys(LEAST) as Family[];

function create(family: Family, more: object = {}) {
	const [path, least] = LEAST[family];
	return ask('POST', path, { text: JSON.stringify({ ...least, ...more }) });
}

// That creates take what the pages allow is proven by the engine's tests of every model.
describe.each(FAMILIES)('a create of %s', (family) => {
	test('makes the task, once a request, and the prompt can say how it ends', () => {
		for (const [marker, outcome] of [
			['', 'completed'],
			['[fail]', 'failed'],
			['[cancel]', 'cancelled'],
			['[never]', 'never'],
		]) {
			const [, least] = LEAST[family];
			// In the content or by itself.
			const body = JSON.parse(JSON.stringify(least).replace(TEXT.text, `A cat ${marker}`)) as object;
			const { status, value } = create(family, body);
			expect(status).toBe(200);
			const { model } = least;
			expect(value).toEqual({ id: value.id, object: 'video', created: NOW / 1000, model, status: 'queued' });
			expect(api.created.at(-1)).toMatchObject({ id: value.id, body, authorization: 'Bearer sk-simulator' });
			expect(api.tasks.get(String(value.id), NOW)).toMatchObject({ outcome, actualDuration: 5 });
		}
		expect(api.created).toHaveLength(4);
	});

	test('refuses the models of the others, and what is no JSON', () => {
		for (const other of FAMILIES) {
			const { model } = LEAST[other][1];
			expect([other, create(family, { model }).status]).toEqual([other, other === family ? 200 : 400]);
		}
		const [path] = LEAST[family];
		expect(ask('POST', path, { text: '{' }).status).toBe(400);
		const headers = { authorization: 'Bearer sk-simulator', 'content-type': 'text/plain' };
		expect(ask('POST', path, { headers, text: JSON.stringify(LEAST[family][1]) }).status).toBe(400);
		expect(ask('POST', path, { headers: {} }).status).toBe(401);
	});
});

function expectRefused(family: Family, more: object, words: string) {
	const error = { message: expect.stringContaining(words), code: 'invalid_parameter' };
	expect([more, create(family, more)]).toMatchObject([more, { status: 400, value: { error } }]);
	expect(api.created).toEqual([]);
}

test.each<[Family, Record<string, unknown[]>]>([
	['1.5', { model: [undefined], content: [undefined, []], ratio: ['2:1'], duration: [3, 13, 4.5] }],
	['1.5', { generate_audio: ['true'], generateAudio: [true] }],
	['2.0', { prompt: [' '], duration: [3, 16, -1], aspect_ratio: ['adaptive'], generate_audio: [true] }],
	['2.0', { first_image: ['ftp://a/a.png', 'asset://'], referenceImages: [[]], referenceVideos: [['a']] }],
	['X1', { resolution: ['4k'], ratio: ['adaptive'], duration: [3, 16, -1], generate_audio: [true] }],
])('%s, refuses by its name a field with one of these: %j', (family, fields) => {
	for (const [field, values] of Object.entries(fields))
		for (const value of values) expectRefused(family, { [field]: value }, field);
});

const NO_LINK = 'content[1].image_url.url: must be an http or https address';

test.each<[Family, object, string]>([
	['1.5', content(null), 'content[1]: '],
	['1.5', { content: [{ type: 'text' }] }, 'content[0].text: '],
	['1.5', prompt(' '), 'content[0].text: must not be empty'],
	['1.5', prompt('猫'.repeat(501)), 'content[0].text: must not be longer'],
	['1.5', prompt('cat '.repeat(1001)), 'content[0].text: must not be longer'],
	['1.5', content(TEXT), 'content: must not hold more than one text'],
	[
		'1.5',
		content(image(LINK), image(LINK, 'first_frame')),
		'content: must not hold more than one first_frame',
	],
	['1.5', content(image(LINK, 'last_frame')), 'content: last_frame needs a first_frame'],
	['1.5', content(image('ftp://a/a.png')), NO_LINK],
	['1.5', content(image(ASSET)), NO_LINK],
	['1.5', content(image(LINK, 'reference_image')), 'content[1].role: '],
	['1.5', content({ ...image(LINK), rol: 'last_frame' }), 'content[1]: Unrecognized key: "rol"'],
	[
		'1.5',
		content(video(LINK, 'reference_video')),
		'content[1].type: must be a part of type text or image_url',
	],
	['2.0', { last_image: LINK }, 'last_image: needs first_image'],
	['2.0', { first_image: LINK, referenceAudios: [LINK] }, 'first_image: must not come with references'],
	['2.0', { model: 'seedance_2_0' }, 'referenceVideos: needed by seedance_2_0'],
	[
		'2.0',
		{ model: 'seedance_2_0_fast', referenceImages: [LINK] },
		'referenceVideos: needed by seedance_2_0_fast',
	],
	['X1', { content: [image(LINK)] }, 'content: must hold a text'],
	['X1', content(), 'content: must hold a picture or a reference'],
	['X1', content(TEXT, image(LINK)), 'content: must not hold more than one text'],
	['X1', content(image('a.png')), `${NO_LINK}, or asset://<id>`],
	['X1', content(image(LINK, 'reference_video')), 'content[1].role: '],
	['X1', content(video(LINK)), 'content[1].role: '],
	['X1', content(audio(LINK)), 'content[1].role: '],
	[
		'X1',
		content({ type: 'video' }),
		'content[1].type: must be a part of type text, image_url, video_url or audio',
	],
])('%s, refuses %j with "%s..."', expectRefused);

test.each([
	[{}, 120, 300],
	[{ model: 'seedance_1_5_pro_1080p' }, 180, 480],
	[{ model: 'seedance_2_0_x1_official', resolution: '1080p' }, 180, 480],
])(
	'a task of %j takes %d to %d s, divided by the speed, and is queued, then processing',
	(options, min, max) => {
		api = new FakeApi({ speed: 60 });
		for (let index = 0; index < 100; index++) {
			const { id, finishAt } = api.tasks.add(options, NOW);
			const ms = finishAt - NOW;
			expect(ms * 60).toBeGreaterThanOrEqual(min * 1000);
			expect(ms * 60).toBeLessThanOrEqual(max * 1000);
			const statusAt = (share: number) => api.tasks.get(id, NOW + share * ms)?.status;
			expect([0.05, 0.5, 1].map(statusAt)).toEqual(['queued', 'processing', 'completed']);
			expect(api.tasks.get(id, NOW + (86_400 / 60) * 1000)).toBeNull();
		}
	},
);
