import { errorWords, readErrorBody } from '../../../nodes/Seedance/api/errorBody';
import { cut, isObject, oneLine } from '../../../nodes/Seedance/shared/text';

describe('an error in a body', () => {
	test.each([
		['text', { error: 'no credits' }, 'no credits', undefined],
		['an object', { error: { message: 'no credits', code: 'Quota' } }, 'no credits', 'Quota'],
		['an object with msg', { error: { msg: 'no credits' } }, 'no credits', undefined],
		['code and message', { code: 7, message: 'no credits' }, 'no credits', 7],
		['code and msg', { code: '7', msg: 'no credits', data: null }, 'no credits', '7'],
		['msg alone', { msg: 'no credits' }, 'no credits', undefined],
		['a code alone', { code: 0 }, '', 0],
		['message before msg', { msg: 'other', message: 'no credits' }, 'no credits', undefined],
		['inner words before outer', { error: { message: 'no credits' }, message: 'other' }, 'no credits', undefined],
		['outer message where there are no inner words', { error: { code: 'Quota' }, message: 'no credits' }, 'no credits', 'Quota'],
		['outer msg where there are no inner words', { error: { code: 'Quota' }, msg: 'no credits' }, 'no credits', 'Quota'],
		['outer code where there is none inside', { error: { message: 'no credits', code: ' ' }, code: 3 }, 'no credits', 3],
		['words after blank ones', { error: { message: ' \n', msg: 'no credits' } }, 'no credits', undefined],
		['words on several lines', { error: '  no\n\tcredits ' }, 'no credits', undefined],
	])('%s', (_case, body, words, code) => {
		expect(readErrorBody(body)).toEqual({ words, code });
	});

	test.each([
		[{}],
		[{ id: 'video_1', status: 'queued', error: null }],
		[{ error: {} }],
		[{ error: '' }],
		[{ error: ['no credits'] }],
		[{ code: null, msg: null }],
		[{ code: true }],
		[{ code: '' }],
		[{ msg: 7 }],
		['no credits'],
		[['no credits']],
		[null],
		[undefined],
		[7],
	])('%j holds none', (body) => {
		expect(readErrorBody(body)).toBeUndefined();
	});
});

test.each([
	[' prompt\nrefused ', 'prompt refused'],
	[{ message: 'content rejected' }, 'content rejected'],
	[{ error: { message: 'content rejected' } }, 'content rejected'],
	[{ code: 'Sensitive', message: 'content rejected' }, 'content rejected'],
	[{ code: 'Sensitive' }, 'code Sensitive'],
	[{ code: 0 }, 'code 0'],
	['', ''],
	[{}, ''],
	[null, ''],
	[undefined, ''],
	[7, ''],
])("the API's words in an error field of %j are %j", (error, words) => {
	expect(errorWords(error)).toBe(words);
});

test.each([
	[{}, true],
	[{ id: 1 }, true],
	[[], false],
	[null, false],
	[undefined, false],
	['{}', false],
	[1, false],
])('%j is a plain object: %s', (value, expected) => {
	expect(isObject(value)).toBe(expected);
});

test('white space is folded into one line', () => {
	expect(oneLine('\n a \t\r\n b  c\u00a0')).toBe('a b c');
});

test('text is cut where it is longer than it may be, and says so', () => {
	expect(cut('12345', 5)).toBe('12345');
	expect(cut('123456', 5)).toBe('12345…');
});
