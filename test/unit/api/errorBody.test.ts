import { errorWords, readErrorBody } from '../../../nodes/Seedance/api/errorBody';

describe('an error in a body', () => {
	test.each([
		['text', { error: 'no credits' }, undefined],
		['an object', { error: { message: 'no credits', code: 'Quota' } }, 'Quota'],
		['an object with msg', { error: { msg: 'no credits' } }, undefined],
		['code and message', { code: 7, message: 'no credits' }, 7],
		['code and msg', { code: '7', msg: 'no credits', data: null }, '7'],
		['msg alone', { msg: 'no credits' }, undefined],
		['message before msg', { msg: 'other', message: 'no credits' }, undefined],
		['inner words before outer', { error: { message: 'no credits' }, message: 'other' }, undefined],
		['outer message where there are no inner words', { error: { code: 'Quota' }, message: 'no credits' }, 'Quota'],
		['outer msg where there are no inner words', { error: { code: 'Quota' }, msg: 'no credits' }, 'Quota'],
		['outer code where there is none inside', { error: { message: 'no credits', code: ' ' }, code: 3 }, 3],
		['words after blank ones', { error: { message: ' \n', msg: 'no credits' } }, undefined],
		['words on several lines', { error: '  no\n\tcredits ' }, undefined],
	])('%s', (_case, body, code) => {
		expect(readErrorBody(body)).toEqual({ words: 'no credits', code });
	});

	test('a code alone has no words', () => expect(readErrorBody({ code: 0 })).toEqual({ words: '', code: 0 }));

	test.each<[unknown]>([
		[{}], [{ id: 'video_1', status: 'queued', error: null }], [{ error: {} }], [{ error: '' }], [{ error: ['no credits'] }],
		[{ code: null, msg: null }], [{ code: true }], [{ code: '' }], [{ msg: 7 }],
		['no credits'], [['no credits']], [null], [undefined], [7],
	])('%j holds none', (body) => {
		expect(readErrorBody(body)).toBeUndefined();
	});
});

test.each([
	['prompt refused', [' prompt\nrefused ', { message: 'prompt refused' }, { error: { message: 'prompt refused' } }]],
	['prompt refused', [{ code: 'Sensitive', message: 'prompt refused' }]],
	['code Sensitive', [{ code: 'Sensitive' }]],
	['code 0', [{ code: 0 }]],
	['', ['', {}, null, undefined, 7]],
])("the API's words are %j in an error field of %j", (words, errors) => {
	expect(errors.map(errorWords)).toEqual(errors.map(() => words));
});
