import { booleanOf, brokenText, textProblem, unresolvedExpression } from '../../../nodes/Seedance/core/input';
import { containing } from '../expecting';

test.each<unknown>([
	...[undefined, null, '', ' ', 'A cat', '1984', 7, 0, 12n, '{ "shot": { "of": {} } }', '}} {{', '[object]'],
	...['Null Island at dusk', 'undefined shapes', 'true love', 'a $json.prompt', '#1 of the row'],
])('%p can be a text', (value) => {
	expect(textProblem(value)).toBeUndefined();
});

const FIELD = 'Choose one of its fields';
const ENTRY = 'Choose one of its entries';
const CHECK = 'Check what the expression gives';
const NOT_EVALUATED = 'contains an expression that n8n did not evaluate:';
const SWITCH = "from 'Fixed' to 'Expression'";
const WORDS_OF_ERRORS =
	'undefined null NULL Undefined NaN TRUE false #N/A #REF! #value! #NAME? #DIV/0! #ERROR!'.split(' ');

test.each<[unknown, string, string]>([
	[{ text: 'A cat' }, 'is an object, not a text', FIELD],
	[new Date(0), 'is an object, not a text', FIELD],
	[['A cat'], 'is a list, not a text', ENTRY],
	[[], 'is a list, not a text', ENTRY],
	[true, 'is true, not a text', CHECK],
	[false, 'is false, not a text', CHECK],
	[NaN, 'is NaN, not a text', CHECK],
	[Infinity, 'is Infinity, not a text', CHECK],
	['A cat, [object Object]', 'contains "[object Object]"', 'Choose one of the fields of the object'],
	['[object Promise]', 'contains "[object Object]"', 'Choose one of the fields of the object'],
	['{{ $json.prompt }}', `${NOT_EVALUATED} {{ $json.prompt }}`, SWITCH],
	['A {{style}} cat', `${NOT_EVALUATED} {{style}}`, SWITCH],
	['={{\n$json.prompt\n}}', `${NOT_EVALUATED} {{ $json.prompt }}`, SWITCH],
	[' $json.prompt', `${NOT_EVALUATED} $json.prompt`, SWITCH],
	...WORDS_OF_ERRORS.map((word): [string, string, string] => [
		` ${word}\n`,
		`is "${word}"`,
		'a missing or wrong value',
	]),
])('%p can be no text', (value, is, advice) => {
	expect(textProblem(value)).toEqual([is, containing(advice)]);
});

test('a long expression is cut, and many brackets are searched in no time', () => {
	expect(unresolvedExpression(`{{ ${'x'.repeat(100)} }}`)).toBe(`{{ ${'x'.repeat(57)}…`);
	expect(unresolvedExpression('{{'.repeat(1_000_000))).toBeUndefined();
});

test('what a larger text may hold is no problem there', () => {
	expect(brokenText('null')).toBeUndefined();
	expect(brokenText('{"seed":"{{ $json.seed }}"}')?.[0]).toContain('{{ $json.seed }}');
});

test.each<[boolean | undefined, unknown[]]>([
	[true, [true, 'true', 'TRUE', ' True\n', 'yes', 'Yes', 'on', 'ON', '1', 1]],
	[false, [false, 'false', 'FALSE', 'no', 'No ', 'off', 'Off', '0', 0]],
	[
		undefined,
		['', 'maybe', 'constructor', '__proto__', 2, -1, NaN, null, undefined, {}, [], [true], 'yes no'],
	],
])('%s is what %p say', (expected, values) => {
	expect(values.map(booleanOf)).toEqual(values.map(() => expected));
});
