import { cut, enumeration, isObject, oneLine, redactDeep, redactor } from '../../../nodes/Seedance/core/text';
import { expectHidden, fc } from '../expecting';

test('a plain object is one', () => {
	expect([{}, { id: 1 }].map(isObject)).toEqual([true, true]);
	const others = [[], null, undefined, '{}', 1];
	expect(others.map(isObject)).toEqual(others.map(() => false));
});

test('white space is folded into one line', () => {
	expect(oneLine('\n a \t\r\n b  c\u00a0')).toBe('a b c');
});

test('text is cut where it is longer than it may be, and says so', () => {
	expect(cut('12345', 5)).toBe('12345');
	expect(cut('123456', 5)).toBe('12345…');
});

const KEY = 'sk-0123456789';
const redact = redactor(KEY);

test.each([
	[`Bearer ${KEY}, twice: ${KEY}`, 'Bearer ***, twice: ***'],
	[`${KEY}${KEY}`, '***'],
	['cut at its end: sk-0123456', 'cut at its end: ***'],
	['cut at its beginning: 23456789.', 'cut at its beginning: ***.'],
	['six of it: 345678', 'six of it: ***'],
	['five of it: 34567', 'five of it: 34567'],
	['five of it: 34567x', 'five of it: 34567x'],
	['six and five: 345678 34567', 'six and five: *** 34567'],
	['two parts that touch: 012345sk-012', 'two parts that touch: ***'],
	['two parts that almost touch: 012345 sk-012!', 'two parts that almost touch: *** ***!'],
	['another case: SK-0123456789', 'another case: SK***'],
])('%j becomes %j', (text, expected) => {
	expect(redact(text)).toBe(expected);
});

test('a key that is shorter than the shortest part is taken out as a whole', () => {
	expect(redactor('abc')('abc ab xabcx')).toBe('*** ab x***x');
});

const SPECIAL = 'sk-ab/cd+ef"gh=ij\\kl';

test.each([
	['as it is', SPECIAL, '***'],
	[
		'in an address',
		`https://a.example/?q=${encodeURIComponent(SPECIAL)}&n=1`,
		'https://a.example/?q=***&n=1',
	],
	['in JSON', JSON.stringify({ key: SPECIAL }), '{"key":"***"}'],
	['in JSON with escaped slashes', JSON.stringify({ key: SPECIAL }).replaceAll('/', '\\/'), '{"key":"***"}'],
	['cut at its end', 'q=sk-ab%2Fcd%2Bef', 'q=***'],
	['cut at its beginning', 'd+ef\\"gh=ij', '***'],
	['cut inside an escape', 'q=sk-ab%2Fcd%2', 'q=***%2'],
	['no part of it', 'b%2Fcd%2B and f\\"gh', 'b%2Fcd%2B and f\\"gh'],
])('a key with special characters is taken out: %s', (_case, text, expected) => {
	expect(redactor(SPECIAL)(text)).toBe(expected);
});

test('whatever the key and the text: no six characters of the key are left', () => {
	const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 6, maxLength: 20 });
	fc.assert(
		fc.property(letters, letters, letters, fc.nat(20), fc.nat(20), (key, before, after, start, end) => {
			const part = key.slice(Math.min(start, end), Math.max(start, end));
			expectHidden(redactor(key)(`${before}${part}${after}`), key);
		}),
	);
});

test('what is no part of the key stays as it was', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: fc.constantFrom('x', '\n') }),
			fc.string({ unit: fc.constantFrom('x') }),
			(before, after) => {
				expect(redact(before)).toBe(before);
				expect(redact(`${before}${KEY}${after}`)).toBe(`${before}***${after}`);
			},
		),
	);
});

test('inside a JSON value, names and texts are cleaned, and everything else stays', () => {
	const value = { [KEY]: 1, text: KEY, list: [KEY, 7, null, { deep: `x${KEY}` }], yes: true, none: null };
	expect(redactDeep(value, redact)).toEqual({
		'***': 1,
		text: '***',
		list: ['***', 7, null, { deep: 'x***' }],
		yes: true,
		none: null,
	});
	expect([KEY, 7, null, undefined, true].map((one) => redactDeep(one, redact))).toEqual([
		'***',
		7,
		null,
		undefined,
		true,
	]);
});

test.each<[string[], string]>([
	[[], ''],
	[['A'], 'A'],
	[['A', 'B'], 'A and B'],
	[['A', 'B', 'C'], 'A, B and C'],
])('%j in a sentence: %s', (words, expected) => {
	expect(enumeration(words, 'and')).toBe(expected);
});
