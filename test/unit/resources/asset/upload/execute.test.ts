import type { IDataObject } from 'n8n-workflow';

import { execute } from '../../../../../nodes/Seedance/resources/asset/upload/execute';
import { advance, after, finish, MINUTE, NOW, SECOND, useClock } from '../../../clock';
import { containing, matching } from '../../../expecting';
import { bodyOf, broken, silence, streamed } from '../../../http/responses';
import { CREDENTIAL } from '../../../stubContext';
import { type Ran, type Run, runOperation, type Sent } from '../../video/running';

useClock();

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

const FORM = {
	media: ({ media }: IDataObject) => media,
	library: ({ library }: IDataObject) => library ?? 'seedance20',
	assetName: '',
	waitUntilDone: 'inNode',
	giveUpAfter: '10',
};

const PHOTO = 'https://pictures.example/photo.jpg';

const isUpload = ({ method, url }: Sent) => method === 'POST' && !url.endsWith('/assetDetail');

/** The asset of a photo has the photo's name; its review is done when it was checked so often. */
function library({ checks = 1, ends = 'Active', uploadMs = 0 } = {}) {
	const seen = new Map<string, number>();
	return async ({ method, url, body }: Sent) => {
		if (method === 'POST') {
			await after(uploadMs);
			return { code: 0, msg: null, data: { assetId: nameIn(body?.url as string) } };
		}
		const id = url.split('/').at(-1) as string;
		seen.set(id, (seen.get(id) ?? 0) + 1);
		const status = (seen.get(id) ?? 0) < checks ? 'Processing' : ends;
		return { code: 0, msg: null, data: { assetId: id, status, assetType: 'Image', name: 'n' } };
	};
}

const nameIn = (url: string) => (url.split('/').at(-1) as string).split('.')[0] as string;

async function upload(media: unknown[], run: Partial<Run> = {}): Promise<Ran> {
	const items = media.map((one) => ({ media: one }) as IDataObject);
	return await finish(runOperation(execute, { items, parameters: FORM, reply: library(), ...run }));
}

const timesOf = ({ sent }: Ran) => sent.map(({ method, at }) => [method, at]);
const outOf = ({ outputs }: Ran) => outputs?.[0]?.map(({ json }) => json.error ?? json.assetId);

test('a photo is uploaded once, and waited for every 5 s, after 5 minutes every 30 s', async () => {
	const ran = await upload([PHOTO], { reply: library({ checks: 62 }) });
	expect(ran.outputs).toEqual([
		[
			{
				json: {
					assetId: 'photo',
					status: 'Active',
					assetType: 'Image',
					name: 'n',
					reference: 'asset://photo',
					library: 'seedance20',
				},
				pairedItem: { item: 0 },
			},
		],
	]);
	const checks = ran.sent.filter(({ method }) => method === 'GET').map(({ at }) => at);
	expect(checks.slice(0, 60)).toEqual(Array.from({ length: 60 }, (_, n) => (n + 1) * 5 * SECOND));
	expect(checks.slice(60)).toEqual([5.5 * MINUTE, 6 * MINUTE]);
	expect(ran.sent.filter(isUpload)).toHaveLength(1);
	expect(ran.hints).toEqual([]);
});

test.each([
	['seedance20', {}, { url: PHOTO, assetType: 'Image' }, '/kyyVideo2/asset/upload'],
	[
		'seedance25',
		{ assetName: ' Anna ' },
		{ url: PHOTO, assetType: 'Image', name: 'Anna', model: 'sd_2.5' },
		'',
	],
	['specialDiscount', {}, { url: PHOTO, assetType: 'Image' }, '/asset/seedance2/assetUpload'],
])('%s is sent %j', async (libraryId, form, body, path) => {
	const parameters = { ...FORM, waitUntilDone: 'no', library: libraryId, ...form };
	const { sent } = await upload([PHOTO], { parameters });
	expect(JSON.parse(JSON.stringify(sent[0]?.body))).toEqual(body);
	expect(sent[0]?.url).toBe(`${CREDENTIAL.baseUrl}${path || '/asset/seedance2/assetUpload'}`);
});

test('uploads go one after the other, while those before are waited for', async () => {
	const photos = ['a', 'b', 'c'].map((name) => `https://pictures.example/${name}.png`);
	const ran = await upload(photos, { reply: library({ uploadMs: 20 * SECOND }) });
	const uploads = ran.sent.filter(isUpload);
	expect(uploads.map(({ at, body }) => [at, body?.url])).toEqual(
		photos.map((url, n) => [n * 20 * SECOND, url]),
	);
	expect(timesOf(ran)).toContainEqual(['GET', 25 * SECOND]);
	expect(outOf(ran)).toEqual(['a', 'b', 'c']);
});

test('without a wait the asset is output at once, and the editor says that it is of no use yet', async () => {
	const ran = await upload([PHOTO], { parameters: { ...FORM, waitUntilDone: 'no' } });
	expect(ran.outputs?.[0]?.[0]?.json).toEqual({
		assetId: 'photo',
		reference: 'asset://photo',
		library: 'seedance20',
	});
	expect(ran.sent).toHaveLength(1);
	expect(ran.hints).toEqual([containing('The asset is uploaded, not reviewed yet')]);
});

describe('the answer to an upload that says more', () => {
	const center = (status: string) => () => ({
		code: 0,
		data: { assetId: 'a', status, errorMessage: 'a face' },
	});
	const parameters = { ...FORM, library: 'seedance25' };

	test('an asset that is usable at once is not checked', async () => {
		const ran = await upload([PHOTO], { parameters, reply: center('ACTIVE') });
		expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({ status: 'ACTIVE', reference: 'assetId://a' });
		expect(ran.sent).toHaveLength(1);
	});

	test('one that failed is an error, or output where that is wanted', async () => {
		const failed = await upload([PHOTO], { parameters, reply: center('FAILED') });
		expect(failed.error?.message).toBe('Asset "a" did not pass its review: a face');
		const options = { ifTaskFails: 'output' };
		const ran = await upload([PHOTO], { parameters: { ...parameters, options }, reply: center('FAILED') });
		expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({ status: 'FAILED', assetId: 'a' });
	});
});

test.each([
	['Failed', 'Asset "photo" did not pass its review: GlobalAI OPC gave no reason'],
	['Strange', 'Asset "photo" has a status that this node does not know: "Strange"'],
	['Processing', 'Asset "photo" was still Processing after 10 minutes, so the wait timed out'],
])('a review that ends in %s is an error', async (ends, message) => {
	const ran = await upload([PHOTO], { reply: library({ ends }), onError: 'continueRegularOutput' });
	expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({
		error: message,
		details: { asset: { assetId: 'photo', status: ends } },
	});
});

test('an error that stops the workflow names the assets of the run, which no library lists', async () => {
	const reply = library();
	const ran = await upload([PHOTO, 'https://pictures.example/bad.png'], {
		reply: async (sent) =>
			isUpload(sent) && nameIn(sent.body?.url as string) === 'bad'
				? { code: 1001, msg: '素材 URL 无法访问', data: null }
				: await reply(sent),
	});
	expect(ran.error).toMatchObject({
		message: 'GlobalAI OPC declined the request for a new asset: 素材 URL 无法访问',
		description: matching(/^No asset was uploaded\. .* Assets of this run that were uploaded: photo\.$/),
		context: { itemIndex: 1 },
	});
});

describe('an upload whose answer is lost', () => {
	const afterwards = (first: () => object | Promise<object>) => {
		const reply = library();
		return async (sent: Sent, number: number) => (number === 1 ? await first() : await reply(sent));
	};

	test.each<[string, () => object | Promise<object>, boolean]>([
		['by an error of the server', () => streamed(503, ''), true],
		['by a limit of requests', () => streamed(429, ''), true],
		['in the middle', () => ({ ...streamed(200, ''), body: bodyOf('{', new Error('broken')) }), true],
		['with its connection', () => broken('ECONNRESET'), true],
		['by a refusal', () => ({ code: 1001, msg: 'no', data: null }), false],
	])('%s: sent again: %s', async (_case, first, again) => {
		const ran = await upload([PHOTO], { reply: afterwards(first) });
		expect(ran.sent.filter(isUpload)).toHaveLength(again ? 2 : 1);
		expect(ran.error === undefined).toBe(again);
	});

	test('after 120 s without an answer, not: GlobalAI OPC may still fetch the file', async () => {
		const ran = await upload([PHOTO], { reply: afterwards(silence) });
		expect(ran.sent).toHaveLength(1);
		expect(Date.now() - NOW).toBe(120 * SECOND);
		expect(ran.error).toMatchObject({
			message: 'GlobalAI OPC did not answer within 120 s',
			description: containing('Nothing is billed, and a second one does no harm'),
		});
	});
});

test('where n8n runs the node again, no asset is uploaded a second time', async () => {
	const memory = {};
	const photos = [PHOTO, 'https://pictures.example/b.png'];
	let isFirst = true;
	const reply = library();
	const failingOnce = async (sent: Sent) => {
		const fails = isUpload(sent) && nameIn(sent.body?.url as string) === 'b' && isFirst;
		return fails ? { code: 1001, msg: 'no', data: null } : await reply(sent);
	};
	const first = await upload(photos, { memory, reply: failingOnce });
	expect(first.error?.message).toContain('declined');
	isFirst = false;
	const second = await upload(photos, { memory, reply: failingOnce });
	expect(outOf(second)).toEqual(['photo', 'b']);
	expect(second.sent.filter(isUpload).map(({ body }) => body?.url)).toEqual([photos[1]]);
});

test('Stop ends an upload, and those in line are not sent', async () => {
	const stop = new AbortController();
	const running = runOperation(execute, {
		items: [{ media: PHOTO }, { media: PHOTO }],
		parameters: FORM,
		reply: silence,
		cancelSignal: stop.signal,
	});
	await advance(3 * SECOND);
	stop.abort();
	const ran = await finish(running);
	expect(ran.error?.message).toBe('The execution was canceled');
	expect(ran.sent).toHaveLength(1);
});

describe('what is uploaded', () => {
	const looked = (status: number, type: string, content = '') => ({
		...streamed(status, content, { 'content-type': type }),
	});
	const uploadAt = async (media: string, look = looked(404, '')) => {
		let looks = 0;
		const httpRequest = async () => {
			looks += 1;
			return look;
		};
		const sent: Sent[] = [];
		const httpRequestWithAuthentication = async (_name: string, request: Sent) => {
			sent.push(request);
			return streamed(200, await library()({ ...request, at: 0 }));
		};
		const helpers = { httpRequest, httpRequestWithAuthentication };
		const ran = await upload([media, media], {
			parameters: { ...FORM, waitUntilDone: 'no' },
			more: { helpers },
		});
		return { types: sent.map(({ body }) => body?.assetType), looks, error: ran.error };
	};

	test.each([
		['photo.JPG', 'Image'],
		['clip.mp4?x=1', 'Video'],
		['voice.wav#t=1', 'Audio'],
	])('%s is told by its ending: %s', async (name, type) => {
		expect(await uploadAt(`https://x.example/${name}`)).toMatchObject({ types: [type, type], looks: 0 });
	});

	test.each([
		['image/png', '\x89PNG\r\n\x1a\n', 'Image'],
		['video/mp4', '....ftypisom', 'Video'],
		['application/octet-stream', 'RIFF....WAVE', 'Audio'],
		['audio/ogg', 'OggS', 'Audio'],
		['video/mp2t', 'G@', 'Video'],
	])('of %s with the bytes %j, by one look: %s', async (mimeType, content, type) => {
		const { types, looks } = await uploadAt('https://x.example/file', looked(200, mimeType, content));
		expect({ types, looks }).toEqual({ types: [type, type], looks: 1 });
	});

	test('what can not be looked at from here counts as a picture', async () => {
		expect(await uploadAt('https://x.example/file')).toMatchObject({ types: ['Image', 'Image'] });
	});

	test('a web page is refused', async () => {
		const { error, types } = await uploadAt(
			'https://x.example/',
			looked(200, 'text/html', '<!doctype html>'),
		);
		expect(error?.message).toBe("The 'Media' is no picture, video or sound: it is a web page");
		expect(types).toEqual([]);
	});
});

test.each<[unknown, Record<string, unknown>, string]>([
	['', {}, "The 'Media' is empty"],
	[undefined, {}, "The 'Media' comes to nothing: its expression gives undefined"],
	['asset://a', {}, "'Media' can't be an asset with the library of Seedance 2.0"],
	['photo', {}, "In 'Media', the item has no such file: photo"],
	['http://192.168.1.2/a.png', {}, "The 'Media' leads into a private network: http://192.168.1.2/a.png"],
	[PHOTO, { library: 'seedance30' }, "'Library' can't be \"seedance30\""],
	[
		PHOTO,
		{ library: 'seedance25', assetName: 'x'.repeat(51) },
		"The 'Asset Name' has 51 characters; the library of Seedance 2.5 takes 50 at most",
	],
])('%j with %j is refused before anything is sent', async (media, form, message) => {
	const ran = await upload([media], { parameters: { ...FORM, ...form } });
	expect(ran.error?.message).toBe(message);
	expect(ran.sent).toEqual([]);
});
