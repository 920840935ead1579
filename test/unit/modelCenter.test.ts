import { bytesOf, type Answer } from '../simulator/answers.cts';
import { FakeApi } from '../simulator/api.cts';

// The simulator's model center and asset libraries: that they are as strict as the facts about the vendor's models.

const NOW = 1_785_900_000_000;
const TASKS = '/v2/model-center/tasks';
const PICTURE = 'https://example.com/a.png';
const SECONDS_MS = 1000;

let api: FakeApi;
beforeEach(() => {
	api = new FakeApi({ speed: 60 });
});

function ask(method: string, path: string, body: unknown = null, now = NOW) {
	const headers = { authorization: 'Bearer sk-simulator', 'content-type': 'application/json' };
	const id = method === 'POST' ? null : String(path.split('/').at(-1));
	const request = { host: 'api', method, path: `/kyyReactApiServer${path}`, id, headers } as const;
	const {
		status,
		body: answered,
		delayMs,
	} = api.handle({ ...request, text: JSON.stringify(body) }, now) as Answer;
	return { status, value: JSON.parse(bytesOf(answered).toString()) as Record<string, unknown>, delayMs };
}

const order = (model: string, more: object = {}) => ask('POST', TASKS, { model, prompt: 'A cat', ...more });
const times = (count: number) => Array.from({ length: count }, () => PICTURE);

test.each<[string, object]>([
	['seedance-2.5-c1', { duration: 30, resolution: '480p', aspect_ratio: '1:1', tools: [] }],
	['seedance-2.5-c1', { first_image: PICTURE, reference_images: times(30), reference_videos: times(10) }],
	['seedance-2.5-c3', { duration: 29, generate_audio: true, last_image: PICTURE, first_image: PICTURE }],
	['sd_2.5_special_v1', { resolution: '1080p', aspect_ratio: 'adaptive', seed: -1 }],
	['video_30_10_10', { aspect_ratio: '21:9', reference_audios: [PICTURE], reference_videos: [PICTURE] }],
	['sd_2.0_special', { duration: 4, resolution: '4k', watermark: false, seed: 2147483647 }],
	['seedance_1_5_pro_720p', { duration: -1, size: 'adaptive' }],
	['wan2.7-t2v', { anything: { at: 'all' } }],
])('%s takes %j', (model, more) => {
	const { status, value } = order(model, more);
	const bare = { id: expect.stringMatching(/^mcp_/), object: 'video', model, status: 'queued', error: null };
	expect([status, value]).toEqual([200, bare]);
	expect(api.created).toMatchObject([{ id: value.id, body: { model, ...more } }]);
});

test.each<[string, object, string]>([
	['seedance-2.5-c1', { duration: 31 }, 'Duration must be between 4s and 30s.'],
	['seedance-2.5-c3', { duration: 30 }, 'Duration must be between 4s and 29s.'],
	['sd_2.0_discount', { duration: -1 }, 'Duration must be between 4s and 15s.'],
	['seedance-2.5-c1', { resolution: '1080p' }, 'resolution: '],
	['seedance-2.5-c1', { aspect_ratio: '21:9' }, 'aspect_ratio: '],
	['video_30_10_10', { aspect_ratio: 'adaptive' }, 'aspect_ratio: '],
	['seedance_1_5_pro_720p', { aspect_ratio: '16:9' }, 'Unrecognized key: "aspect_ratio"'],
	['seedance_1_5_pro_720p', { resolution: '720p' }, 'Unrecognized key: "resolution"'],
	['seedance-2.5-c1', { generate_audio: true }, 'Unrecognized key: "generate_audio"'],
	['seedance-2.5-c3', { seed: 1 }, 'Unrecognized key: "seed"'],
	['sd_2.5_special_v1', { watermark: true }, 'Unrecognized key: "watermark"'],
	['seedance-2.5-c3', { reference_videos: [PICTURE] }, 'Unrecognized key: "reference_videos"'],
	['video_30_10_10', { first_image: PICTURE }, 'Unrecognized key: "first_image"'],
	['sd_2.0_special', { reference_images: times(10) }, 'reference_images: '],
	['sd_2.0_special', { first_image: PICTURE, reference_images: times(1) }, 'first_image: must not come with'],
	['sd_2.0_special', { last_image: PICTURE }, 'last_image: needs first_image'],
	['sd_2.0_special', { reference_audios: [PICTURE] }, 'reference_audios: need a picture or a video'],
	[
		'sd_2.0_special',
		{ first_image: 'asset://a' },
		'first_image: must be an http or https address, or assetId',
	],
	['sd_2.0_special', { first_image: 'data:image/png;base64,AA==' }, 'first_image: must be an http'],
	['sd_2.0_special', { first_image: 'assetId://a' }, 'first_image: no asset "a"'],
	['sd_2.5_discount_v1', { first_image: PICTURE }, 'first_image: must be assetId://<id>'],
])('%s refuses %j with "%s"', (model, more, words) => {
	const message = expect.stringContaining(`[SY_ERR:60] HTTP 400: ${words}`);
	const error = { code: 'HTTP_400_C400999', message };
	expect(order(model, more)).toMatchObject({ status: 400, value: { error } });
	expect(api.created).toEqual([]);
});

test('refuses a model that it lacks, and a create without a prompt', () => {
	expect(order('seedance_2_0_pro')).toMatchObject({
		status: 400,
		value: { error: { message: '模型不可用' } },
	});
	const { status, value } = ask('POST', TASKS, { model: 'wan2.7-t2v' });
	expect([status, value]).toEqual([200, { msg: '缺少必填参数: prompt' }]);
});

test('a task is known where it was made alone, and shown as told', () => {
	const { id } = api.tasks.add({ place: 'center', finishAfter: 0, lastFrame: true, resolution: '2k' }, NOW);
	const files = { video_url: `/files/${id}.mp4`, last_frame_url: `/frames/${id}.png` };
	const shown = {
		status: 'completed',
		progress: 100,
		result_url: files.video_url,
		resolution: '2k',
		...files,
	};
	expect(ask('GET', `${TASKS}/${id}`).value).toMatchObject({ data: { id, ...shown } });
	api.behaviour.queryShape = 'dataWithoutId';
	expect(ask('GET', `${TASKS}/${id}`).value.data).not.toHaveProperty('id');
	api.behaviour.queryShape = 'bare';
	const bare = ask('GET', `${TASKS}/${id}`).value;
	expect(bare).toMatchObject({ id, ...shown });
	expect(bare).not.toHaveProperty('created');
	expect(ask('GET', `/v1/result/${id}`).status).toBe(404);
	const other = api.tasks.add({}, NOW).id;
	api.behaviour.unknownTask = 'unknownId200';
	expect(ask('GET', `${TASKS}/${other}`).value).toEqual({ code: 500, data: null, msg: '任务不存在' });
});

test('an unfinished task may have a link, a failed one an object', () => {
	Object.assign(api.behaviour, {
		queryShape: 'bare',
		earlyLink: 'url',
		failure: 'object',
		tellsCreated: true,
	});
	const queued = api.tasks.add({ place: 'center' }, NOW).id;
	expect(ask('GET', `${TASKS}/${queued}`).value).toMatchObject({
		status: 'queued',
		video_url: null,
		url: `/files/${queued}.mp4`,
		created: NOW / 1000,
	});
	const failed = api.tasks.add(
		{ place: 'center', outcome: 'failed', error: '风控拒绝', finishAfter: 0 },
		NOW,
	).id;
	expect(ask('GET', `${TASKS}/${failed}`).value).toMatchObject({ error: { message: '风控拒绝' } });
});

const UPLOAD = { assetType: 'Image', url: PICTURE };
const CENTER_UPLOAD = '/asset/seedance2/assetUpload';
const later = NOW + 60 * SECONDS_MS;

test('an asset of Seedance 2.0 is reviewed, cited and deleted', () => {
	const { value } = ask('POST', '/kyyVideo2/asset/upload', UPLOAD);
	const { assetId } = value.data as { assetId: string };
	const path = `/kyyVideo2/asset/${assetId}`;
	const cited = { model: 'seedance_2_0_pro', prompt: 'A cat', first_image: `asset://${assetId}` };
	const cite = (now: number) => ask('POST', '/v1/kyyvideo2/videos', cited, now).status;
	expect(ask('GET', path).value).toMatchObject({ code: 0, data: { assetId, status: 'Processing' } });
	expect(cite(NOW)).toBe(400);
	expect(ask('GET', path, null, later).value).toMatchObject({ data: { status: 'Active' } });
	expect(cite(later)).toBe(200);
	expect(ask('POST', '/asset/seedance2/assetDetail', { assetId }).value).toMatchObject({ code: -1 });
	expect(ask('DELETE', path).value).toEqual({ code: '0', msg: '删除成功', data: null });
	expect(ask('GET', path).value).toMatchObject({ code: -1, data: null });
	expect(cite(later)).toBe(400);
});

test("an asset of the model center has two states, and is for its library's models and its type", () => {
	const { value } = ask('POST', CENTER_UPLOAD, { ...UPLOAD, model: 'sd_2.5' });
	expect(value).toMatchObject({ code: 0, data: { status: 'NONE', materialStatus: 'PROCESSING' } });
	const { assetId } = value.data as { assetId: string };
	const state = ask('POST', '/asset/seedance2/assetDetail', { assetId }, later).value;
	expect(state).toMatchObject({ data: { assetId, status: 'ACTIVE', materialStatus: 'READY' } });
	const cited = `assetId://${assetId}`;
	const cite = (model: string, media: object) =>
		ask('POST', TASKS, { model, prompt: 'A cat', ...media }, later).status;
	expect(cite('sd_2.5_special_v1', { first_image: cited })).toBe(200);
	expect(cite('sd_2.5_special_v1', { reference_videos: [cited] })).toBe(400);
	expect(cite('sd_2.0_special', { first_image: cited })).toBe(400);
});

test.each([
	[{ name: 'a [fail]' }, { status: 'FAILED', materialStatus: 'FAILED', errorMessage: 'unsupported media' }],
	[{ url: `${PICTURE}?[expire]` }, { status: 'EXPIRED', materialStatus: 'READY' }],
	[{ name: '[never]' }, { status: 'PROCESSING', materialStatus: 'PROCESSING' }],
])('an upload with %j becomes %j', (more, data) => {
	api.behaviour.uploadShape = 'bare';
	const { assetId } = ask('POST', CENTER_UPLOAD, { ...UPLOAD, ...more }).value;
	expect(ask('POST', '/asset/seedance2/assetDetail', { assetId }, later).value).toMatchObject({ data });
});

test('an upload can be refused, and starves beside another one', () => {
	const path = '/kyyVideo2/asset/upload';
	for (const wrong of [{ url: 'a.png' }, { name: '[refuse]' }, { assetType: 'image' }, { type: 'Image' }])
		expect(ask('POST', path, { ...UPLOAD, ...wrong }).value).toMatchObject({ code: 1001, data: null });
	api.libraries.sideBySide = 0;
	const at = NOW + 1000;
	expect(ask('POST', path, UPLOAD, at).delayMs).toBe(50);
	expect(ask('POST', CENTER_UPLOAD, UPLOAD, at + 10).delayMs).toBe(120_000);
	expect(ask('POST', CENTER_UPLOAD, UPLOAD, at + 50).delayMs).toBe(50);
	expect([api.libraries.sideBySide, api.libraries.uploads.length]).toEqual([1, 3]);
});
