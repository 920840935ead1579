import type { IDataObject } from 'n8n-workflow';

import { checkItemCount, promptLength, readRequest } from '../../../../nodes/Seedance/operations/create/parameters';
import { containing, matching } from '../../expecting';
import { refusal, stubContext } from '../../stubContext';

const FRAMES = { firstFrameUrl: 'HTTPS://f', lastFrameUrl: 'https://l' };
const FORM = { prompt: 'A cat', model: 'seedance_1_5_pro_720p', duration: 5, ratio: 'adaptive', generateAudio: false };

const V2 = { model: 'seedance_2_0_pro' };
const X1 = { model: 'seedance_2_0_x1_official', resolution: '720p' };
const REFERENCES = { referenceImageUrls: 'https://i', referenceVideoUrls: 'https://v', referenceAudioUrls: 'asset://a' };
const LISTS = { referenceImageUrls: ['https://i'], referenceVideoUrls: ['https://v'], referenceAudioUrls: ['asset://a'] };

function read(parameters: IDataObject, additionalFields?: unknown) {
	const options = { additionalFields } as IDataObject;
	return readRequest(stubContext({ parameters: { ...FORM, ...parameters } }), 4, options);
}

test.each<[string, IDataObject, object]>([
	['as the form has it', {}, {}],
	['with blanks around', { prompt: ' A cat\n', firstFrameUrl: ' https://f ' }, { firstFrameUrl: 'https://f' }],
	['with blanks around its model', { model: ' m ' }, { model: 'm' }],
	['with sound', { generateAudio: true }, { generateAudio: true }],
	['with sound, said in words', { generateAudio: 'true' }, {}],
	['with a first frame', { firstFrameUrl: 'http://f/1.png' }, { firstFrameUrl: 'http://f/1.png' }],
	['with both frames', FRAMES, FRAMES],
	['with an empty frame', { firstFrameUrl: '', lastFrameUrl: ' ' }, {}],
	['of 4 s', { duration: 4 }, { duration: 4 }],
	['of 12 s', { duration: 12 }, { duration: 12 }],
	['as long as the model likes', { duration: -1 }, { duration: -1 }],
	['with a duration as text', { duration: ' 8 ' }, { duration: 8 }],
	['with a model that is a number', { model: 7 }, { model: '7' }],
	['of 2.0, 15 s long', { ...V2, duration: 15 }, { ...V2, duration: 15 }],
	['of 2.0, with references', { ...V2, ...REFERENCES }, { ...V2, ...LISTS }],
	['of 2.0, with frames', { ...V2, ...FRAMES, lastFrameUrl: 'asset://l' }, { ...V2, ...FRAMES, lastFrameUrl: 'asset://l' }],
	['of 2.0, without its longer prompt being measured', { ...V2, prompt: 'cat '.repeat(1001) }, { ...V2, prompt: 'cat '.repeat(1001).trim() }],
	[
		'of 2.0, from several videos, one a line', { model: 'seedance_2_0', referenceVideoUrls: ' https://v\n\r\nASSET://w \n' },
		{ model: 'seedance_2_0', referenceVideoUrls: ['https://v', 'ASSET://w'] },
	],
	['of 2.0, from a list', { model: 'seedance_2_0_fast', referenceVideoUrls: ['https://v', ''] }, { model: 'seedance_2_0_fast', referenceVideoUrls: ['https://v'] }],
	['of X1, with a first frame', { ...X1, firstFrameUrl: 'https://f' }, { ...X1, firstFrameUrl: 'https://f' }],
	['of X1, with frames and references', { ...X1, ...FRAMES, ...REFERENCES }, { ...X1, ...FRAMES, ...LISTS }],
	['of X1, with a reference', { ...X1, resolution: undefined, referenceAudioUrls: 'https://a' }, { ...X1, referenceAudioUrls: ['https://a'] }],
	['of 1.5, where the form holds a resolution', { resolution: '480p' }, {}],
	// As an old workflow leaves them out.
	['with defaults', { ratio: undefined, generateAudio: undefined }, {}],
])('a video %s', (_case, parameters, expected) => {
	expect(read(parameters)).toEqual({ ...FORM, ...expected });
});

test.each(['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'])('a video of %s', (ratio) => {
	expect(read({ ratio })).toEqual({ ...FORM, ratio });
});

describe('what the API would refuse is refused before anything is sent', () => {
	const tooLong = '猫'.repeat(500) + 'cat '.repeat(1001);
	test.each<[string, string, IDataObject[]]>([
		["The 'Prompt' is empty", 'Describe the video', [{ prompt: '' }, { prompt: ' \n' }, { prompt: null }, { prompt: undefined }]],
		["The 'Prompt' is too long: 501 Chinese characters", 'Seedance 1.5 takes 500 Chinese characters', [{ prompt: '猫'.repeat(501) }]],
		["The 'Prompt' is too long: 1001 words", 'or 1000 English words', [{ prompt: 'cat '.repeat(1001) }, { prompt: tooLong }]],
		["The 'Model' is empty", 'Choose a model', [{ model: ' ' }]],
		["'Duration' can't be empty", 'from 4 to 12, or -1', [{ duration: '' }, { duration: null }]],
		...[3, 13, 0, -2, 5.5, 'long'].map((duration): [string, string, IDataObject[]] => [
			`'Duration' can't be ${duration}`, 'from 4 to 12, or -1', [{ duration }],
		]),
		...[2, 3, -1, 16].map((duration): [string, string, IDataObject[]] => [
			`'Duration' can't be ${duration}`, 'takes whole seconds from 4 to 15.', [{ ...V2, duration }, { ...X1, firstFrameUrl: 'https://f', duration }],
		]),
		...['f.png', 'data:image/png;base64,AA', 'see https://f', 'view-source:https://f', 'https://', 'ftp://l', 'https://f/1.png, https://f/2.png'].map(
			(url): [string, string, IDataObject[]] => [
				`is not an http or https address: ${url}`, 'The API fetches it itself',
				[{ firstFrameUrl: url }, { firstFrameUrl: 'https://f', lastFrameUrl: url }, { ...X1, lastFrameUrl: '', firstFrameUrl: url }],
			],
		),
		...['v.mp4', 'asset://', 'asset://a b', 'https://v, https://w'].map((url): [string, string, IDataObject[]] => [
			`A line in 'Reference Video URLs' is not an http or https address: ${url}`, 'or asset:// and the ID of an asset.',
			[{ ...V2, referenceVideoUrls: url }, { ...X1, referenceVideoUrls: `https://v\n${url}` }, { ...V2, referenceVideoUrls: [url] }],
		]),
		["'First Frame URL' can't be an asset with Seedance 1.5", 'starts with https://', [{ firstFrameUrl: 'asset://f' }]],
		['Seedance 1.5 takes no references', 'choose Seedance 2.0 or X1', [{ referenceImageUrls: 'https://i' }, { model: 'sora', referenceVideoUrls: 'https://v' }]],
		['Seedance 2.0 takes frames or references, not both', "Empty 'First Frame URL'", [{ ...V2, ...FRAMES, referenceAudioUrls: 'https://a' }]],
		...['seedance_2_0', 'seedance_2_0_fast'].map((model): [string, string, IDataObject[]] => [
			`The model ${model} needs a reference video`, "Fill in 'Reference Video URLs'",
			[{ model }, { model, referenceImageUrls: 'https://i' }, { model, ...FRAMES }],
		]),
		['Seedance X1 needs a picture or a reference', "Fill in 'First Frame URL', or one of", [X1, { ...X1, model: 'seedance_9_x1' }]],
		["'Generate Audio' can't be on with Seedance X1", "Turn 'Generate Audio' off", [{ ...X1, generateAudio: true, firstFrameUrl: 'https://f' }]],
		[`'Resolution' can't be "4k"`, 'Give one of: 480p, 720p, 1080p.', [{ ...X1, firstFrameUrl: 'https://f', resolution: '4k' }]],
		["There is a 'Last Frame URL' but no 'First Frame URL'", "Give both, or only the 'First Frame URL'.", [{ lastFrameUrl: 'https://l' }]],
		[`'Ratio' can't be "2:1"`, 'Give one of: 1:1, 3:4, 4:3, 9:16, 16:9, 21:9, adaptive.', [{ ratio: '2:1' }]],
	])('%s', (message, description, forms) => {
		for (const form of forms) {
			const label = form.lastFrameUrl ? 'Last' : 'First';
			const whole = message.startsWith('is') ? `The '${label} Frame URL' ${message}` : message;
			const expected = { message: whole, description: containing(description), itemIndex: 4 };
			expect(refusal(() => read(form))).toEqual(expected);
		}
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
			itemIndex: 4,
		});
	});

	test('a prompt of the greatest length is none of it', () => {
		expect(read({ prompt: `${'猫'.repeat(500)} ${'cat '.repeat(1000)}` }).duration).toBe(5);
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
