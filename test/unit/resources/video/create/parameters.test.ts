import type { IDataObject } from 'n8n-workflow';

import { type Model, modelOf, type VideoRequest } from '../../../../../nodes/Seedance/resources/video/models';
import {
	checkItemCount,
	promptLength,
	readRequest,
} from '../../../../../nodes/Seedance/resources/video/create/parameters';
import { combinationRefusal } from '../../../../../nodes/Seedance/resources/video/create/rules';
import { containing, matching } from '../../../expecting';
import { refusal, stubContext } from '../../../stubContext';

const FRAMES = { firstFrame: 'HTTPS://f', lastFrame: 'https://l' };
const FORM = {
	prompt: 'A cat',
	model: 'seedance_1_5_pro_720p',
	duration: 5,
	ratio: 'adaptive',
	generateAudio: false,
};

const DIRECT = 'https://drive.google.com/uc?export=download&id=1aB_c-9';

const V2 = { model: 'seedance_2_0_pro' };
const X1 = { model: 'seedance_2_0_x1_official', resolution: '720p' };
const REFERENCES = {
	referenceImages: 'https://i',
	referenceVideos: 'https://v',
	referenceAudios: 'asset://a',
};
const LISTS = {
	referenceImages: ['https://i'],
	referenceVideos: ['https://v'],
	referenceAudios: ['asset://a'],
};

function read(parameters: IDataObject, additionalFields?: unknown) {
	const options = { additionalFields } as IDataObject;
	return readRequest(stubContext({ parameters: { ...FORM, ...parameters } }), 4, options).video;
}

test.each<[string, IDataObject, object]>([
	['as the form has it', {}, {}],
	['with blanks around', { prompt: ' A cat\n', firstFrame: ' https://f ' }, { firstFrame: 'https://f' }],
	['with blanks around its model', { model: ' m ' }, { model: 'm' }],
	['with sound', { generateAudio: true }, { generateAudio: true }],
	['with sound, as a sheet says it', { generateAudio: ' TRUE' }, { generateAudio: true }],
	['without sound, as a sheet says it', { generateAudio: 'no' }, {}],
	['without sound, where the cell is empty', { generateAudio: '' }, {}],
	['whose ratio comes from a sheet', { ratio: '16:9 ' }, { ratio: '16:9' }],
	['whose ratio is told by its name', { ratio: 'ADAPTIVE' }, {}],
	[
		'with empty cells for frames',
		{ firstFrame: null, lastFrame: '', referenceImages: null, referenceVideos: [] },
		{},
	],
	[
		'with blanks in its addresses',
		{ firstFrame: 'https://f/a%20b,c.png?x=1,2&u=@me' },
		{ firstFrame: 'https://f/a%20b,c.png?x=1,2&u=@me' },
	],
	['with a file that Google Drive gives directly', { firstFrame: DIRECT }, { firstFrame: DIRECT }],
	['with a first frame', { firstFrame: 'http://f/1.png' }, { firstFrame: 'http://f/1.png' }],
	['with both frames', FRAMES, FRAMES],
	['with an empty frame', { firstFrame: '', lastFrame: ' ' }, {}],
	['of 4 s', { duration: 4 }, { duration: 4 }],
	['of 12 s', { duration: 12 }, { duration: 12 }],
	['as long as the model likes', { duration: -1 }, { duration: -1 }],
	['with a duration as text', { duration: ' 8 ' }, { duration: 8 }],
	['with a model that is a number', { model: 7 }, { model: '7' }],
	['with a model in another case', { model: 'Seedance_1_5_Pro_720p' }, {}],
	['with a model by its name', { model: ' seedance 1.5 pro 720p' }, {}],
	['with a model of the list', { model: { __rl: true, mode: 'list', value: FORM.model } }, {}],
	['with a model by its ID', { model: { __rl: true, mode: 'id', value: ' wan-9 ' } }, { model: 'wan-9' }],
	['with a number for a prompt, as text', { prompt: '1984' }, { prompt: '1984' }],
	['of 2.0, 15 s long', { ...V2, duration: 15 }, { ...V2, duration: 15 }],
	['of 2.0, with references', { ...V2, ...REFERENCES }, { ...V2, ...LISTS }],
	[
		'of 2.0, with frames',
		{ ...V2, ...FRAMES, lastFrame: 'asset://l' },
		{ ...V2, ...FRAMES, lastFrame: 'asset://l' },
	],
	[
		'of 2.0, without its longer prompt being measured',
		{ ...V2, prompt: 'cat '.repeat(1001) },
		{ ...V2, prompt: 'cat '.repeat(1001).trim() },
	],
	[
		'of 2.0, from several videos, one a line',
		{ model: 'seedance_2_0', referenceVideos: ' https://v\n\r\nASSET://w \n' },
		{ model: 'seedance_2_0', referenceVideos: ['https://v', 'asset://w'] },
	],
	[
		'of 2.0, from a list',
		{ model: 'seedance_2_0_fast', referenceVideos: ['https://v', '', null, ' '] },
		{ model: 'seedance_2_0_fast', referenceVideos: ['https://v'] },
	],
	['of X1, with a first frame', { ...X1, firstFrame: 'https://f' }, { ...X1, firstFrame: 'https://f' }],
	['of X1, with frames and references', { ...X1, ...FRAMES, ...REFERENCES }, { ...X1, ...FRAMES, ...LISTS }],
	[
		'of X1, with a reference',
		{ model: X1.model, referenceAudios: 'https://a' },
		{ ...X1, referenceAudios: ['https://a'] },
	],
	['of 1.5, where the form holds a resolution', { resolution: '480p' }, {}],
])('a video %s', (_case, parameters, expected) => {
	expect(read(parameters)).toEqual({ ...FORM, ...expected });
});

test('files of the item stand for themselves, and an asset is spelt as the model takes it', () => {
	const photo = {
		data: 'filesystem-v2',
		id: 'filesystem-v2:1',
		mimeType: 'image/png',
		fileName: 'a.png',
		fileSize: '2 kB',
	};
	const files = { photo, photos_0: photo, photos_1: { ...photo, id: 'filesystem-v2:2' } };
	const form = { ...V2, firstFrame: 'photo', lastFrame: 'ASSET://l' };
	const frames = readRequest(stubContext({ parameters: { ...FORM, ...form } }), 4, {}, files);
	expect(frames.video).toMatchObject({
		firstFrame: 'file ["photo","a.png","image/png","2 kB"]',
		lastFrame: 'asset://l',
	});
	expect(frames.media).toEqual({
		firstFrame: [{ kind: 'file', field: 'photo' }],
		lastFrame: [{ kind: 'asset', id: 'l' }],
	});
	const lists = { ...V2, referenceImages: 'photos_*\nhttps://i' };
	const references = readRequest(stubContext({ parameters: { ...FORM, ...lists } }), 4, {}, files);
	expect(references.video.referenceImages).toEqual([
		'file ["photos_0","a.png","image/png","2 kB"]',
		'file ["photos_1","a.png","image/png","2 kB"]',
		'https://i',
	]);
	// n8n gives a file of a form another ID when the execution ends.
	const moved = { photo: { ...photo, id: 'filesystem-v2:3' } };
	const again = readRequest(stubContext({ parameters: { ...FORM, ...form } }), 4, {}, moved);
	expect(again.video).toEqual(frames.video);
});

test('a video of an old workflow, which leaves fields out', () => {
	const { prompt, model, duration } = FORM;
	expect(readRequest(stubContext({ parameters: { prompt, model, duration } }), 4, {}).video).toEqual(FORM);
});

test.each(['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'])('a video of %s', (ratio) => {
	expect(read({ ratio })).toEqual({ ...FORM, ratio });
});

describe('what the API would refuse is refused before anything is sent', () => {
	const tooLong = '猫'.repeat(500) + 'cat '.repeat(1001);
	test.each<[string, string, IDataObject[]]>([
		[
			"The 'Prompt' is empty",
			'Describe the video',
			[{ prompt: '' }, { prompt: ' \n' }, { prompt: null }, { prompt: undefined }],
		],
		[
			"The 'Prompt' is too long: 501 Chinese characters",
			'Seedance 1.5 Pro 720p takes 500 Chinese characters',
			[{ prompt: '猫'.repeat(501) }],
		],
		[
			"The 'Prompt' is too long: 1001 words",
			'or 1,000 English words',
			[{ prompt: 'cat '.repeat(1001) }, { prompt: tooLong }],
		],
		["The 'Model' is empty", 'Choose a model', [{ model: ' ' }]],
		["'Duration' can't be empty", 'from 4 to 12, or -1', [{ duration: '' }, { duration: null }]],
		...[3, 13, 0, -2, 5.5, 'long'].map((duration): [string, string, IDataObject[]] => [
			`'Duration' can't be ${duration}`,
			'from 4 to 12, or -1',
			[{ duration }],
		]),
		...[2, 3, -1, 16].map((duration): [string, string, IDataObject[]] => [
			`'Duration' can't be ${duration}`,
			'takes whole seconds from 4 to 15.',
			[
				{ ...V2, duration },
				{ ...X1, firstFrame: 'https://f', duration },
			],
		]),
		...['see https://f', 'view-source:https://f', 'https://', 'ftp://l'].map(
			(url): [string, string, IDataObject[]] => [
				`is not an http or https address: ${url}`,
				'GlobalAI OPC fetches the file itself',
				[
					{ firstFrame: url },
					{ firstFrame: 'https://f', lastFrame: url },
					{ ...X1, lastFrame: '', firstFrame: url },
				],
			],
		),
		...['asset://', 'asset://a b'].map((url): [string, string, IDataObject[]] => [
			`A line in 'Reference Videos' is not an http or https address: ${url}`,
			'or asset:// and the ID of an asset.',
			[
				{ ...V2, referenceVideos: url },
				{ ...X1, referenceVideos: `https://v\n${url}` },
				{ ...V2, referenceVideos: [url] },
			],
		]),
		["'Generate Audio' can't be \"maybe\"", 'Give true or false', [{ generateAudio: 'maybe' }]],
		["'Duration' can't be [5]", 'from 4 to 12', [{ duration: [5] }]],
		["'Duration' can't be true", 'from 4 to 12', [{ duration: true }]],
		["'Duration' can't be 5,0", 'from 4 to 12', [{ duration: '5,0' }]],
		["The 'Prompt' is a number: 42", 'Choose the field that holds the description', [{ prompt: 42 }]],
		...(['Prompt', 'Model'] as const).flatMap((label) =>
			(
				[
					['is an object, not a text', { text: 'A cat' }],
					['is a list, not a text', ['A cat']],
					['is true, not a text', true],
					['contains "[object Object]"', 'A cat, [object Object]'],
					['is "undefined"', ' undefined'],
					['is "NULL"', 'NULL'],
					['contains an expression that n8n did not evaluate: {{ $json.x }}', '{{ $json.x }}'],
				] as const
			).map(([is, value]): [string, string, IDataObject[]] => [
				`The '${label}' ${is}`,
				'.',
				[{ [label.toLowerCase()]: value as IDataObject }],
			]),
		),
		[
			"'First Frame' can't be an asset with Seedance 1.5 Pro 720p",
			'starts with https://',
			[{ firstFrame: 'asset://f' }],
		],
		[
			'Seedance 1.5 Pro 720p takes no references',
			"or choose another model in 'Model'",
			[{ referenceImages: 'https://i' }],
		],
		[
			'Seedance 2.0 Pro takes frames or references, not both',
			"Empty 'First Frame'",
			[{ ...V2, ...FRAMES, referenceAudios: 'https://a' }],
		],
		...['Seedance 2.0', 'Seedance 2.0 Fast'].map((model): [string, string, IDataObject[]] => [
			`${model} needs a reference video`,
			"Fill in 'Reference Videos', or choose Seedance 2.0 Fast Pro or Seedance 2.0 Pro in 'Model', which need none.",
			[{ model }, { model, referenceImages: 'https://i' }, { model, ...FRAMES }],
		]),
		['Seedance X1 Official needs a first frame or a reference', "Fill in 'First Frame', or one of", [X1]],
		[
			"'Generate Audio' can't be on with Seedance X1 Official",
			"Turn 'Generate Audio' off",
			[{ ...X1, generateAudio: true, firstFrame: 'https://f' }],
		],
		[
			`'Resolution' can't be "4k"`,
			'Seedance X1 Official takes: 480p, 720p, 1080p.',
			[{ ...X1, firstFrame: 'https://f', resolution: '4k' }],
		],
		[
			"There is a 'Last Frame' but no 'First Frame'",
			"Give both, or only the 'First Frame'.",
			[{ lastFrame: 'https://l' }],
		],
		[
			`'Ratio' can't be "2:1"`,
			'Seedance 1.5 Pro 720p takes: 1:1, 3:4, 4:3, 9:16, 16:9, 21:9, adaptive.',
			[{ ratio: '2:1' }],
		],
	])('%s', (message, description, forms) => {
		for (const form of forms) {
			const label = form.lastFrame ? 'Last' : 'First';
			const whole = message.startsWith('is') ? `The '${label} Frame' ${message}` : message;
			const expected = { message: whole, description: containing(description) };
			expect(refusal(() => read(form))).toEqual(expected);
		}
	});

	test.each([
		['{"seed": {{ $json.seed }}}', '{{ $json.seed }}'],
		[{ more: [{ seed: '{{ $json.seed }}' }] }, '{{ $json.seed }}'],
	])('additional fields with an expression that was not evaluated: %j', (given, words) => {
		expect(refusal(() => read({}, given)).message).toBe(
			`'Additional Body Fields' contains an expression that n8n did not evaluate: ${words}`,
		);
	});

	test.each([
		['{', 'JSON'],
		['[1]', 'it is a list'],
		['"seed"', 'it is a string'],
		['7', 'it is a number'],
		[[1], 'it is a list'],
		[true, 'it is a boolean'],
	])('additional fields that are no object: %j', (given, words) => {
		expect(refusal(() => read({}, given))).toEqual({
			message: matching(new RegExp(`^'Additional Body Fields' is not a JSON object: .*${words}`)),
			description: containing('Give an object such as {"seed": 7}'),
		});
	});

	test('a prompt of the greatest length is none of it', () => {
		expect(read({ prompt: `${'猫'.repeat(500)} ${'cat '.repeat(1000)}` }).duration).toBe(5);
	});
});

describe('what the chosen model refuses, in its own figures', () => {
	const C1 = 'seedance-2.5-c1';
	const DISCOUNT = 'sd_2.5_discount_v1';
	const SPECIAL = 'sd_2.0_special';
	const lines = (count: number) => Array.from({ length: count }, (_, row) => `https://i/${row}`).join('\n');

	test.each<[string, string, IDataObject]>([
		["'Duration' can't be 31", 'Seedance 2.5 C1 takes whole seconds from 4 to 30.', { duration: 31 }],
		[
			"'Duration' can't be 30",
			'Seedance 2.5 C3 takes whole seconds from 4 to 29.',
			{ model: 'seedance-2.5-c3', duration: 30 },
		],
		[`'Resolution' can't be "1080p"`, 'Seedance 2.5 C1 takes: 480p, 720p.', { resolution: '1080p' }],
		[`'Ratio' can't be "21:9"`, 'Seedance 2.5 C1 takes: 1:1, 9:16, 16:9, adaptive.', { ratio: '21:9' }],
		[
			"'Reference Images' holds 31 addresses, and Seedance 2.5 C1 takes 30 at most",
			'Give fewer',
			{ referenceImages: lines(31) },
		],
		[
			"'Reference Images' holds 10 addresses, and Seedance 2.0 Special takes 9 at most",
			'Give fewer, or choose Seedance 2.5, Seedance 2.0 or Seedance X1 in',
			{ model: SPECIAL, referenceImages: lines(10) },
		],
		[
			'Seedance 2.5 C3 takes no reference videos',
			"Empty 'Reference Videos'",
			{ model: 'seedance-2.5-c3', referenceVideos: lines(1) },
		],
		[
			"'Generate Audio' can't be on with Seedance 2.5 C1",
			"Turn 'Generate Audio' off",
			{ generateAudio: true },
		],
		[
			'Seedance 2.5 C1 takes reference audios only beside a picture or a video',
			"Fill in 'Reference Images'",
			{ referenceAudios: lines(1) },
		],
		[
			'Seedance 2.0 Special takes frames or references, not both',
			"Empty 'First Frame'",
			{ model: SPECIAL, firstFrame: 'https://f', referenceImages: lines(1) },
		],
		[
			'Seedance 2.5 Video 30-10-10 takes no frames',
			"Empty 'First Frame'",
			{ model: 'video_30_10_10', firstFrame: 'https://f' },
		],
		[
			"The 'First Frame' is no asset: https://f",
			'Seedance 2.5 Discount takes only media that were uploaded',
			{ model: DISCOUNT, firstFrame: 'https://f' },
		],
		[
			"A line in 'Reference Images' is no asset: https://i/0",
			"Turn on 'Have Media Reviewed First', or give assetId:// and the ID of the asset",
			{ model: DISCOUNT, referenceImages: lines(2) },
		],
		[
			"The 'First Frame' is an asset of another library: asset://f",
			'give assetId://f.',
			{ firstFrame: 'asset://f' },
		],
		[
			"The 'First Frame' is an asset of another library: assetId://f",
			'give asset://f.',
			{ ...V2, firstFrame: 'assetId://f' },
		],
	])('%s', (message, description, form) => {
		expect(refusal(() => read({ model: C1, ...form }))).toEqual({
			message,
			description: containing(description),
		});
	});

	test.each<[string, string, IDataObject]>([
		["Seedance 2.5 C1 does not take 'Seed'", "Remove 'Seed' under 'Options', or choose", { seed: 7 }],
		["Seedance 2.5 C1 does not take 'Watermark'", "Remove 'Watermark' under 'Options'", { watermark: false }],
		[
			"Seedance 2.5 C1 does not take 'Return Last Frame'",
			'or choose Seedance 2.0 Discount in',
			{ returnLastFrame: true },
		],
	])('%s', (message, description, options) => {
		const parameters = { ...FORM, model: C1 };
		expect(refusal(() => readRequest(stubContext({ parameters }), 0, options))).toEqual({
			message,
			description: containing(description),
		});
	});

	test.each<[IDataObject, string]>([
		[{ seed: -2 }, "'Seed' can't be -2"],
		[{ seed: 2147483648 }, "'Seed' can't be 2147483648"],
		[{ seed: 1.5 }, "'Seed' can't be 1.5"],
		[{ seed: 'x' }, `'Seed' can't be "x"`],
		[{ watermark: 'maybe' }, `'Watermark' can't be "maybe"`],
	])('a setting that can not be right: %j', (options, message) => {
		const parameters = { ...FORM, model: SPECIAL };
		expect(refusal(() => readRequest(stubContext({ parameters }), 0, options)).message).toBe(message);
	});

	test('a last frame that is to be downloaded is asked for, where the model makes one', () => {
		const options = { downloadLastFrame: true };
		const readFor = (more: IDataObject) =>
			readRequest(stubContext({ parameters: { ...FORM, ...more } }), 0, options).video;
		const DISCOUNT_2_0 = { model: 'sd_2.0_discount' };
		expect(readFor({ ...DISCOUNT_2_0, downloadVideo: true })).toMatchObject({ returnLastFrame: true });
		expect(readFor({ ...DISCOUNT_2_0, downloadVideo: false })).not.toHaveProperty('returnLastFrame');
		expect(refusal(() => readFor({ downloadVideo: true })).message).toBe(
			"Seedance 1.5 Pro 720p does not take 'Download Last Frame'",
		);
	});

	test('settings that it takes are read, as a sheet says them too', () => {
		const options = { seed: '7', watermark: 'yes', returnLastFrame: true };
		const parameters = { ...FORM, model: 'sd_2.0_discount' };
		expect(readRequest(stubContext({ parameters }), 0, options).video).toMatchObject({
			seed: 7,
			watermark: true,
			returnLastFrame: true,
			resolution: '720p',
		});
	});
});

describe('a model that the list lacks', () => {
	const UNLISTED = 'wan2.7-t2v';

	test('is taken as it is, with whatever only it can know', () => {
		const form = {
			model: UNLISTED,
			duration: 45,
			ratio: '2:1',
			resolution: '768P',
			firstFrame: 'assetId://f',
			referenceAudios: 'https://a',
		};
		expect(read(form)).toMatchObject({ ...form, referenceAudios: ['https://a'] });
	});

	test('is sent no resolution and no duration where they are left to it', () => {
		const { resolution, duration } = read({ model: UNLISTED, resolution: 'auto', duration: -1 });
		expect([resolution, duration]).toEqual([undefined, -1]);
	});

	test.each<[IDataObject, string]>([
		[{ duration: 0 }, "'Duration' can't be 0"],
		[{ duration: 2.5 }, "'Duration' can't be 2.5"],
		[{ ratio: 'wide' }, `'Ratio' can't be "wide"`],
		[{ prompt: '' }, "The 'Prompt' is empty"],
		[{ lastFrame: 'https://l' }, "There is a 'Last Frame' but no 'First Frame'"],
	])('still needs what makes sense: %j', (form, message) => {
		expect(refusal(() => read({ model: UNLISTED, ...form })).message).toBe(message);
	});
});

describe('a model with limits of its own', () => {
	const own: Model = {
		...modelOf('seedance_2_0_pro'),
		name: 'Own',
		frames: false,
		framesOrReferences: undefined,
		references: { image: 2, audio: 1 },
	};
	const video: VideoRequest = { ...FORM, model: 'own_1' };
	const images = ['https://1', 'https://2', 'https://3'];

	test('takes as many references as it says', () => {
		const request = { ...video, referenceImages: images.slice(1), referenceAudios: ['https://a'] };
		expect(combinationRefusal(request, own)).toBeUndefined();
	});

	test.each<[string, RegExp, Partial<VideoRequest>]>([
		[
			"'Reference Images' holds 3 addresses, and Own takes 2 at most",
			/^Give fewer, or choose another model in 'Model'\.$/,
			{ referenceImages: images },
		],
		[
			'Own takes no reference videos',
			/^Empty 'Reference Videos', or choose another model in 'Model'\.$/,
			{ referenceVideos: images },
		],
		[
			'Own takes no frames',
			/^Empty 'First Frame' and 'Last Frame', or choose another model in 'Model'\.$/,
			{ firstFrame: 'https://f' },
		],
	])('%s', (message, description, media) => {
		expect(combinationRefusal({ ...video, ...media }, own)).toEqual([message, matching(description)]);
	});
});

describe('an address that can not work is refused, with what to give instead', () => {
	const SHARED = 'https://drive.google.com/file/d/1aB_c-9/view?usp=sharing';
	test.each<[unknown, string, string]>([
		[undefined, 'comes to nothing: its expression gives undefined', "end the expression with ?? ''"],
		[{ url: 'https://f' }, 'is an object, not a text', 'Choose one of its fields'],
		['undefined', 'is "undefined"', 'a missing or wrong value'],
		[
			'{{ $json.url }}',
			'contains an expression that n8n did not evaluate: {{ $json.url }}',
			"to 'Expression'",
		],
		[
			'data:image/png;base64,AA',
			'is a file, not the address of one: data:image/png;base64,AA',
			'takes no data: addresses',
		],
		[
			'iVBORw0KGgo'.repeat(30),
			`is a file, not the address of one: ${'iVBORw0KGgo'.repeat(30).slice(0, 100)}…`,
			'Upload the file',
		],
		...['/files/first.png', 'C:\\first.png', './first.png', '~/first.png', 'file:///first.png'].map(
			(name): [string, string, string] => [
				name,
				`is a file's name, not an address: ${name}`,
				'Upload the file',
			],
		),
		[
			'www.example.com/first.png',
			'does not begin with https://: www.example.com/first.png',
			'Let it begin with https://',
		],
		[
			'//cdn.example.com/first.png',
			'does not begin with https://: //cdn.example.com/first.png',
			'Let it begin with https://',
		],
		...[',', ', ', '; ', '\t', ' | '].map((between): [string, string, string] => [
			`https://f/1${between}https://f/2`,
			`contains several addresses: https://f/1${between.replace('\t', ' ')}https://f/2`,
			'one a line',
		]),
		...[
			SHARED,
			'https://drive.google.com/file/u/1/d/1aB_c-9/preview',
			'https://drive.google.com/open?id=1aB_c-9',
		].map((page): [string, string, string] => [
			page,
			`leads to a page of Google Drive, not to a file: ${page}`,
			`give ${DIRECT}`,
		]),
		[
			'https://drive.google.com/drive/folders/1aB',
			'leads to a page of Google Drive, not to a file: https://drive.google.com/drive/folders/1aB',
			'with the ID of the file',
		],
	])('%p', (value, is, advice) => {
		const frame = refusal(() => read({ firstFrame: value } as IDataObject));
		expect(frame).toEqual({
			message: `The 'First Frame' ${is}`,
			description: containing(advice),
		});
		const line = refusal(() => read({ ...V2, referenceImages: ['https://i', value] } as IDataObject));
		expect(line).toEqual({
			message: `A line in 'Reference Images' ${is}`,
			description: containing(advice),
		});
	});

	test.each(['data', 'first.png', 'My.Cat.JPEG', 7])(
		'the name of a file that the item has not: %s',
		(value) => {
			expect(refusal(() => read({ firstFrame: value }))).toEqual({
				message: `In 'First Frame', the item has no such file: ${value}`,
				description: containing('The item has no binary fields'),
			});
		},
	);

	test('a list for a single field', () => {
		expect(refusal(() => read({ lastFrame: ['https://l'] })).message).toBe(
			"The 'Last Frame' is a list, not a text",
		);
	});

	test('an object, or nothing, for a field of several', () => {
		expect(refusal(() => read({ ...V2, referenceImages: { url: 'https://i' } })).message).toContain(
			'is an object, not a text',
		);
		expect(refusal(() => read({ ...V2, referenceImages: undefined })).message).toContain(
			'its expression gives undefined',
		);
	});

	test.each([
		'https://user:pa55word@f/1.png',
		'https://pa55word@f',
		'HTTP://user:pa55@word@f/1.png',
		'https://user:pa55word@f,https://g',
		'https://user:pa55/word@f',
		'user:pa55word@f/1.png',
		'ftp://user:pa55word@f',
		'https://f/1.png https://user:pa55word@f',
	])('a login in it is not shown: %s', (url) => {
		const { message, description } = refusal(() => read({ firstFrame: url }));
		expect(`${message} ${description}`).not.toMatch(/user|pa55|word@/);
	});

	test('a login in it is called one', () => {
		expect(refusal(() => read({ firstFrame: 'https://user:pa55word@f/1.png' }))).toMatchObject({
			message: "The 'First Frame' contains a login: https://…@f/1.png",
			description: containing('A password must not be sent'),
		});
	});
});

test.each<[unknown, IDataObject | undefined]>([
	['{"seed": 7, "service_tier": "flex"}', { seed: 7, service_tier: 'flex' }],
	[{ seed: 7 }, { seed: 7 }],
	['{}', undefined],
	[{}, undefined],
	[' ', undefined],
	[null, undefined],
	[undefined, undefined],
])('additional fields %j', (given, expected) => {
	expect(read({}, given).additionalFields).toEqual(expected);
});

test.each<[IDataObject, string | undefined, string]>([
	[{}, undefined, ''],
	[{ maxTasks: 3 }, undefined, ''],
	[{ maxTasks: '3' }, undefined, ''],
	[{ maxTasks: 2 }, "3 items came in, and 'Max Videos per Run' allows 2", 'No video was created'],
	[{ maxTasks: 0 }, "'Max Videos per Run' can't be 0", 'Give a number from 1 to'],
	[{ maxTasks: null }, "'Max Videos per Run' can't be null", 'Give a number from 1 to'],
	[{ maxTasks: 'few' }, `'Max Videos per Run' can't be "few"`, 'Give a number from 1 to'],
])('three items, with the options %j', (options, message, description) => {
	const parameters = { options, 'options.maxTasks': options.maxTasks };
	const check = () => checkItemCount(stubContext({ parameters }), 3);
	if (message === undefined) return check();
	expect(refusal(check)).toMatchObject({ message, description: containing(description) });
});

test.each([
	['', 0, 0],
	['A cat, at sunset', 0, 4],
	["Don't stop - it's fine!", 0, 4],
	['4k 16:9 über Ёж', 0, 4],
	['一只猫', 3, 0],
	['一只 cat 猫sits', 3, 2],
	['cat猫dog', 1, 2],
	['猫、犬。', 2, 0],
	['... -- !', 0, 0],
	['«quoted» (words)', 0, 2],
	['one\ntwo\tthree', 0, 3],
])('%j has %d Chinese characters and %d other words', (prompt, chineseCharacters, words) => {
	expect(promptLength(prompt)).toEqual({ chineseCharacters, words });
});
