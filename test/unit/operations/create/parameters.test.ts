import type { IDataObject } from 'n8n-workflow';

import { promptLength, readRequest } from '../../../../nodes/Seedance/operations/create/parameters';
import { containing } from '../../expecting';
import { refusal, stubContext } from '../../stubContext';

const FRAMES = { firstFrameUrl: 'HTTPS://f', lastFrameUrl: 'https://l' };
const FORM = { prompt: 'A cat', model: 'seedance_1_5_pro_720p', duration: 5, ratio: 'adaptive', generateAudio: false };

function read(parameters: IDataObject) {
	return readRequest(stubContext({ parameters: { ...FORM, ...parameters } }), 4);
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
		['The Prompt is empty', 'Describe the video', [{ prompt: '' }, { prompt: ' \n' }, { prompt: null }, { prompt: undefined }]],
		['The Prompt is too long: 501 Chinese characters', 'Shorten it to 500 Chinese characters', [{ prompt: '猫'.repeat(501) }]],
		['The Prompt is too long: 1001 words', 'or 1000 English words', [{ prompt: 'cat '.repeat(1001) }, { prompt: tooLong }]],
		['The Model is empty', 'Choose a model', [{ model: ' ' }]],
		["The Duration can't be empty", 'from 4 to 12, or -1', [{ duration: '' }, { duration: null }]],
		...[3, 13, 0, -2, 5.5, 'long'].map((duration): [string, string, IDataObject[]] => [
			`The Duration can't be ${duration}`, 'from 4 to 12, or -1', [{ duration }],
		]),
		...['f.png', 'data:image/png;base64,AA', 'see https://f', 'view-source:https://f', 'https://', 'ftp://l'].map(
			(url): [string, string, IDataObject[]] => [
				'is not an http or https address', 'The API fetches the picture itself',
				[{ firstFrameUrl: url }, { firstFrameUrl: 'https://f', lastFrameUrl: url }],
			],
		),
		['There is a Last Frame URL but no First Frame URL', 'Give both, or only the first', [{ lastFrameUrl: 'https://l' }]],
		['Ratio can\'t be "2:1"', 'Give one of: 1:1, 16:9, 21:9, 3:4, 4:3, 9:16, adaptive.', [{ ratio: '2:1' }]],
	])('%s', (message, description, forms) => {
		for (const form of forms) {
			const label = form.lastFrameUrl ? 'Last' : 'First';
			const whole = message.startsWith('is') ? `The ${label} Frame URL ${message}` : message;
			const expected = { message: whole, description: containing(description), itemIndex: 4 };
			expect(refusal(() => read(form))).toEqual(expected);
		}
	});

	test('a prompt of the greatest length is none of it', () => {
		expect(read({ prompt: `${'猫'.repeat(500)} ${'cat '.repeat(1000)}` }).duration).toBe(5);
	});
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
