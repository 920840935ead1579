import type { IDataObject } from 'n8n-workflow';

import { promptLength, readRequest } from '../../../../nodes/Seedance/operations/create/parameters';
import { refusal, stubContext } from '../../stubContext';

const FORM = { prompt: 'A cat', model: 'seedance_1_5_pro_720p', duration: 5, ratio: 'adaptive', generateAudio: false };

function read(parameters: IDataObject) {
	return readRequest(stubContext({ parameters: { ...FORM, ...parameters } }), 4);
}

test.each<[string, IDataObject, object]>([
	['as the form has it', {}, {}],
	['with blanks around', { prompt: ' A cat\n', model: ' m ', firstFrameUrl: ' https://f ' }, { model: 'm', firstFrameUrl: 'https://f' }],
	['with sound', { generateAudio: true }, { generateAudio: true }],
	['with sound, said in words', { generateAudio: 'true' }, {}],
	['with a first frame', { firstFrameUrl: 'http://f/1.png' }, { firstFrameUrl: 'http://f/1.png' }],
	['with both frames', { firstFrameUrl: 'HTTPS://f', lastFrameUrl: 'https://l' }, { firstFrameUrl: 'HTTPS://f', lastFrameUrl: 'https://l' }],
	['with an empty frame', { firstFrameUrl: '', lastFrameUrl: ' ' }, {}],
	['of 4 s', { duration: 4 }, { duration: 4 }],
	['of 12 s', { duration: 12 }, { duration: 12 }],
	['as long as the model likes', { duration: -1 }, { duration: -1 }],
	['with a duration as text', { duration: ' 8 ' }, { duration: 8 }],
	['with a model that is a number', { model: 7 }, { model: '7' }],
	...['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'].map((ratio): [string, IDataObject, object] => [`of ${ratio}`, { ratio }, { ratio }]),
])('a video %s', (_case, parameters, expected) => {
	expect(read(parameters)).toEqual({ ...FORM, firstFrameUrl: undefined, lastFrameUrl: undefined, ...expected });
});

test('what an old workflow leaves out has its default', () => {
	const { prompt, model, duration } = FORM;
	expect(readRequest(stubContext({ parameters: { prompt, model, duration } }), 0)).toEqual({ ...FORM, firstFrameUrl: undefined, lastFrameUrl: undefined });
});

describe('what the API would refuse is refused before anything is sent', () => {
	const noUrl = 'is not an http or https address';
	test.each<[IDataObject, string, string]>([
		[{ prompt: '' }, 'The Prompt is empty', 'Describe the video'],
		[{ prompt: ' \n' }, 'The Prompt is empty', 'Describe the video'],
		[{ prompt: null }, 'The Prompt is empty', 'Describe the video'],
		[{ prompt: undefined }, 'The Prompt is empty', 'Describe the video'],
		[{ prompt: '猫'.repeat(501) }, 'The Prompt is too long: 501 Chinese characters', 'Shorten it to 500 Chinese characters or 1000 English words'],
		[{ prompt: 'cat '.repeat(1001) }, 'The Prompt is too long: 1001 words', 'Shorten it to 500 Chinese characters or 1000 English words'],
		[{ prompt: `${'猫'.repeat(500)} ${'cat '.repeat(1001)}` }, 'The Prompt is too long: 1001 words', 'Shorten it to'],
		[{ model: ' ' }, 'The Model is empty', 'Choose a model'],
		[{ duration: 3 }, "The Duration can't be 3", 'from 4 to 12, or -1'],
		[{ duration: 13 }, "The Duration can't be 13", 'from 4 to 12, or -1'],
		[{ duration: 0 }, "The Duration can't be 0", 'from 4 to 12, or -1'],
		[{ duration: -2 }, "The Duration can't be -2", 'from 4 to 12, or -1'],
		[{ duration: 5.5 }, "The Duration can't be 5.5", 'from 4 to 12, or -1'],
		[{ duration: 'long' }, "The Duration can't be long", 'from 4 to 12, or -1'],
		[{ duration: '' }, "The Duration can't be empty", 'from 4 to 12, or -1'],
		[{ duration: null }, "The Duration can't be empty", 'from 4 to 12, or -1'],
		[{ firstFrameUrl: 'f.png' }, `The First Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ firstFrameUrl: 'data:image/png;base64,AA' }, `The First Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ firstFrameUrl: 'see https://f' }, `The First Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ firstFrameUrl: 'view-source:https://f' }, `The First Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ firstFrameUrl: 'https://' }, `The First Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ firstFrameUrl: 'https://f', lastFrameUrl: 'ftp://l' }, `The Last Frame URL ${noUrl}`, 'The API fetches the picture itself'],
		[{ lastFrameUrl: 'https://l' }, 'There is a Last Frame URL but no First Frame URL', 'Give both, or only the first'],
		[{ ratio: '2:1' }, 'Ratio can\'t be "2:1"', 'Give one of: 1:1, 16:9, 21:9, 3:4, 4:3, 9:16, adaptive.'],
	])('%j', (parameters, message, description) => {
		expect(refusal(() => read(parameters))).toEqual({
			message,
			description: expect.stringContaining(description) as unknown,
			itemIndex: 4,
		});
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
