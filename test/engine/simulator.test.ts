import { request } from 'undici';

import { bytesOf, type Answer } from '../simulator/answers.cts';
import { FakeApi, idIn } from '../simulator/api.cts';
import { KEY, useSimulator } from './harness/simulator';

const NOW = 1_785_900_000_000;
const PREFIX = '/kyyReactApiServer';
const UPLOAD = '/kyyVideo2/asset/upload';
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

const simulator = useSimulator({ clock: () => NOW, behaviour: { uploadMs: 0 } });

async function send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) {
	const text = body === undefined ? undefined : JSON.stringify(body);
	const answer = await request(`${simulator.api.baseUrl}${path}`, { method, headers, body: text });
	return { status: answer.statusCode, value: (await answer.body.json()) as Record<string, unknown> };
}

test('answers by HTTP as it does without a transport', async () => {
	const api = new FakeApi({ apiKeys: [KEY] });
	api.filesUrl = simulator.api.filesUrl;
	const order = { model: 'sd_2.0_special', prompt: 'A cat' };
	const upload = { assetType: 'Image', url: 'https://example.com/a.png' };
	let asset = '';
	let task = '';
	for (const [method, path, body] of [
		['POST', () => '/v2/model-center/tasks', order],
		['GET', () => `/v2/model-center/tasks/${task}`],
		['GET', () => `/v1/result/${task}`],
		['POST', () => '/v2/model-center/tasks', { ...order, duration: 99 }],
		['POST', () => UPLOAD, upload],
		['GET', () => `/kyyVideo2/asset/${asset}`],
		['DELETE', () => `/kyyVideo2/asset/${asset}`],
		['DELETE', () => '/v1/result/a'],
	] as const) {
		const { status, value } = await send(method, path(), body);
		const full = `${PREFIX}${path()}`;
		const about = { host: 'api', method, path: full, id: idIn('api', full), headers } as const;
		const expected = api.handle({ ...about, text: JSON.stringify(body ?? null) }, NOW) as Answer;
		expect([full, status, value]).toEqual([
			full,
			expected.status,
			JSON.parse(bytesOf(expected.body).toString()),
		]);
		task ||= String(value.id);
		asset ||= String((value.data as { assetId?: string } | undefined)?.assetId ?? '');
	}
	expect(simulator.api.requestsTo(UPLOAD)).toMatchObject([{ method: 'POST', body: upload }]);
	expect(simulator.api.requestsFor(asset)).toHaveLength(2);
});

async function sha256(bytes: ArrayBuffer): Promise<string> {
	return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

describe('media', () => {
	afterEach(() => {
		simulator.api.media.mode = 'never';
	});

	test.each(['atOnce', 'later'] as const)('are fetched %s, and their bytes can be told', async (mode) => {
		const { id } = simulator.api.addTask({ finishAfter: 0, lastFrame: true });
		const url = `${simulator.api.filesUrl}/frames/${id}.png`;
		const bytes = await (await request(url)).body.arrayBuffer();
		const { media } = simulator.api;
		media.mode = mode;
		const first = await send('POST', UPLOAD, { assetType: 'Image', url });
		expect(first.value).toMatchObject({ code: 0 });
		const body = { model: 'seedance_2_0_pro', prompt: url, first_image: url };
		expect((await send('POST', '/v1/kyyvideo2/videos', body)).status).toBe(200);
		expect(media.fetched).toHaveLength(mode === 'atOnce' ? 2 : 0);
		await media.fetchDue();
		const found = { url, status: 200, contentType: 'image/png', size: bytes.byteLength };
		const one = { ...found, sha256: await sha256(bytes), error: null };
		expect(media.fetched).toMatchObject([one, one]);
	});

	test('that are not there are refused', async () => {
		simulator.api.media.mode = 'atOnce';
		const url = `${simulator.api.filesUrl}/files/none.png`;
		const upload = await send('POST', UPLOAD, { assetType: 'Image', url });
		expect(upload.value).toEqual({ code: 1001, msg: '素材 URL 无法访问', data: null });
		const body = { model: 'sd_2.0_special', prompt: 'A cat', first_image: url };
		const create = await send('POST', '/v2/model-center/tasks', body);
		expect(create).toMatchObject({ status: 400, value: { error: { code: 'HTTP_400_C400999' } } });
		expect(simulator.api.created).toEqual([]);
	});
});
