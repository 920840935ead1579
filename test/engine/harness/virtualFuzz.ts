import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { FAULTS, FORMS } from '../../reliability/cases.cts';
import { bodyOf, bytesOf, textAnswer, type Answer, type Reply } from '../../simulator/answers.cts';
import { applyFault, type Fault } from '../../simulator/faultKinds.cts';
import { named } from './virtualReplies';

/** Keys as vendors make them, and as nobody should. */
export const apiKey = fc.constantFrom(
	'sk-FUZZ-0123456789abcdefXYZ',
	'AAAAAAAAAAAAAAAA',
	'sk-"quo\\te$&\'<b>%41{}',
	'bearer-bearer-bearer',
	'Zq7!x',
	`sk-${'0123456789abcdefghij'.repeat(10)}`,
);

/** Names that mean something to JavaScript, or to n8n. */
const SPECIAL_NAMES = [
	...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'toJSON', 'then', 'hasOwnProperty'],
	...['length', 'json', 'binary', 'pairedItem', 'error', 'polling', 'details', 'id', 'status', 'data'],
	...['code', 'msg', 'message', 'created', 'expiresAt'],
];

/** Values of every type, as their JSON. */
const JUNK = [
	...['null', 'true', '0', '-1', '1e308', '1e400', '-0', '98765432109876543210', '[]', '{}', '[[]]'],
	...['""', '" "', '"completed"', '"2026-01-15T12:00:00.000Z"', '"\\u0000\\u001b[31m"', '"\\ud800"'],
	JSON.stringify('long '.repeat(1000)),
	JSON.stringify('猫'.repeat(2000)),
	'["a",{"b":[1]}]',
	'{"message":{"message":{"message":"deep"}}}',
	'{"code":{"code":1}}',
	'{"__proto__":{"polluted":true}}',
	'{"constructor":{"prototype":{"polluted":true}}}',
	'{"toString":1,"valueOf":2,"toJSON":3,"then":4,"hasOwnProperty":5}',
	'['.repeat(40) + ']'.repeat(40),
	`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
];

/** Deeper than n8n can store it, and than JavaScript can write it. */
const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

/** A part of a key, in words that begin and end somehow. */
const echo = fc
	.record({
		from: fc.nat({ max: 220 }),
		length: fc.integer({ min: 1, max: 240 }),
		around: fc.array(
			fc.constantFrom('', 'key ', '"', ' \n', 'Bearer ', 'x'.repeat(95), 'x'.repeat(290), '<', '://a@', '猫'),
			{ minLength: 2, maxLength: 2 },
		),
	})
	.map(({ from, length, around: [before, after] }) => {
		const part = (key: string) => key.slice(from % key.length).slice(0, length);
		return named(JSON.stringify({ from, length, before, after }), (key: string) =>
			[before, part(key), after].join(''),
		);
	});

const textOf = (reply: Reply) => ('body' in reply ? String(bytesOf(reply.body)) : '');

type Change = (text: string, key: string) => string;

/** Changes what matches, but not everywhere: only the one at a place that is counted through all of them. */
function changeAt(at: number, matches: RegExp, change: (match: string) => string): (text: string) => string {
	return (text) => {
		const count = text.match(matches)?.length ?? 0;
		let place = 0;
		return text.replace(matches, (match) => (place++ === at % count ? change(match) : match));
	};
}

const TEXTS = /"(?:[^"\\]|\\.)*"/g;
const VALUES = /(?:"(?:[^"\\]|\\.)*"|-?\d[\w.+-]*|true|false|null)(?!\s*:)/g;

const at = fc.nat({ max: 30 });
const junk = fc.constantFrom(...JUNK, DEEP);

/** Changes of a text of JSON: other values, more fields, envelopes, and the key as a name or a value. */
const change: fc.Arbitrary<Change> = fc.oneof(
	fc.tuple(at, junk).map(([place, value]) =>
		named(
			`value ${place}: ${value.slice(0, 50)}`,
			changeAt(place, VALUES, () => value),
		),
	),
	fc.tuple(at, fc.constantFrom(...SPECIAL_NAMES), junk).map(([place, name, value]) => {
		const added = changeAt(place, /\{(?!\})/g, () => `{"${name}":${value},`);
		return named(`field ${place}: "${name}": ${value.slice(0, 50)}`, added);
	}),
	fc
		.constantFrom('{"data":', '{"error":', '{"result":', '[')
		.map((open) => named(`in ${open}`, (text: string) => `${open}${text}${open === '[' ? ']' : '}'}`)),
	{
		weight: 3,
		arbitrary: fc
			.tuple(at, echo)
			.map(([place, words]) =>
				named(`text ${place}: ${fc.stringify(words)}`, (text: string, key: string) =>
					changeAt(place, TEXTS, () => JSON.stringify(words(key)))(text),
				),
			),
	},
);

type Spoil = (bytes: Buffer, key: string) => Buffer;

const SPOILS: Record<string, Spoil> = {
	'with a mark': (bytes) => Buffer.from(`\uFEFF${String(bytes)}`),
	'in UTF-16': (bytes) => Buffer.from(`\uFEFF${String(bytes)}`, 'utf16le'),
	'in Latin 1': (bytes) => Buffer.from(`${String(bytes)}\u00e9`, 'latin1'),
	'in a page': (bytes, key) => Buffer.from(`<html><!-- ${String(bytes)} --><p>${key}</p></html>`),
	'after words': (bytes, key) => Buffer.from(`Key ${key} refused: ${String(bytes)}`),
	'after blanks': (bytes) => Buffer.concat([Buffer.alloc(900_000, ' \n'), bytes]),
	'after zeros': (bytes) => Buffer.concat([Buffer.alloc(20), bytes]),
	twice: (bytes) => Buffer.concat([bytes, bytes]),
	'too deep for any stack': (bytes) => Buffer.concat([Buffer.from(`{"a":${'['.repeat(100_000)}`), bytes]),
	nothing: () => Buffer.alloc(0),
	noise: (bytes) =>
		Buffer.from(bytes.map((byte, index) => (index % 7 === 3 ? (byte * 31 + 17) % 256 : byte))),
};

/** What becomes of the bytes. */
const spoiling: fc.Arbitrary<Spoil> = fc.oneof(
	{ weight: 8, arbitrary: fc.constant(named('as they are', (bytes: Buffer) => bytes)) },
	{
		weight: 11,
		arbitrary: fc.constantFrom(...Object.entries(SPOILS).map(([name, spoil]) => named(name, spoil))),
	},
	fc
		.double({ min: 0, max: 1, noNaN: true })
		.map((part) =>
			named(`the first ${part}`, (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * part))),
		),
);

const headerName = fc.constantFrom(
	...['retry-after', 'location', 'content-type', 'content-length', 'www-authenticate', 'set-cookie'],
);

const headerValue: fc.Arbitrary<(key: string) => unknown> = fc.oneof(
	fc
		.constantFrom<unknown>(
			...['0', '5', '99999999999999999999', '-1', '1.5', '', 'x'.repeat(10_000), 7, undefined, null, []],
			...['Thu, 01 Jan 1970 00:00:00 GMT', 'Sat, 31 Dec 9999 23:59:59 GMT', 'text/html', ['5', '6']],
			...['/login', 'https://elsewhere.example/', 'https://[', { toString: 'no' }],
		)
		.map((value) => named(fc.stringify(value), () => value)),
	echo,
);

const delivery = fc.oneof(
	{ weight: 8, arbitrary: fc.constant<Partial<Answer>>({}) },
	fc.constantFrom<Partial<Answer>>(
		{ chunkBytes: 1 },
		{ chunkBytes: 1, everyMs: 10 },
		{ chunkBytes: 1, everyMs: 2_000 },
		{ chunkBytes: 100, everyMs: 100 },
		...(['breaks', 'stalls', 'endless'] as const).map((then) => ({ then, chunkBytes: 65_536 })),
		{ chunkBytes: 10, then: 'endless', everyMs: 1_000 },
	),
);

const STATUSES = [
	200, 200, 200, 200, 200, 201, 202, 204, 206, 301, 302, 307, 400, 401, 402, 403, 404, 408, 409, 413, 418,
	422, 429, 429, 500, 502, 503, 504, 520, 599,
];

/** A fault once the key is known. */
export type Fuzzed = (key: string) => Fault;

/** What can stand in front of the changes: the API's own answer, in another form, or another answer of the list. */
const BASES: Array<Fault | undefined> = [
	...[undefined, undefined, undefined, undefined],
	...FORMS.map(({ shape }): Fault => ({ kind: 'shape', ...shape })),
	...FAULTS.map(({ fault }) => fault).filter(({ kind }) => kind === 'seen' || kind === 'status'),
];

/** Answers that are changed, spoiled and delivered in any way. */
export const fuzzed: fc.Arbitrary<Fuzzed> = fc
	.record({
		base: fc.constantFrom(...BASES),
		changes: fc.array(change, { maxLength: 4 }),
		spoil: spoiling,
		status: fc.option(fc.constantFrom(...STATUSES)),
		headers: fc.dictionary(headerName, headerValue, { maxKeys: 3 }),
		delivery,
	})
	.map((plan) =>
		named(fc.stringify(plan), (key: string): Fault => {
			const alter = (reply: Reply): Reply => {
				if (!('body' in reply)) return reply;
				const { status, changes, spoil, delivery: how } = plan;
				const text = () => Buffer.from(changes.reduce((so, apply) => apply(so, key), textOf(reply)));
				const body = bodyOf(spoil(changes.length > 0 ? text() : bytesOf(reply.body), key));
				const given = Object.entries(plan.headers).map(([name, valueFor]) => [name, valueFor(key)]);
				const headers = { ...reply.headers, ...Object.fromEntries(given) };
				const common = { status: status ?? reply.status, words: `aborted ${key}`, chunkBytes: 65_536 };
				return { ...reply, ...common, headers, body, ...how };
			};
			const { base } = plan;
			return {
				kind: 'custom',
				reply: (context) => alter(base ? applyFault(base, context) : context.answer()),
			};
		}),
	);

/** Cases that chance is too slow to find: nested too deep to be stored, and the key where nobody looks. */
export const KNOWN: Fuzzed[] = [
	() => ({
		kind: 'custom',
		reply: ({ answer }) => textAnswer(200, textOf(answer()).replace(/\}$/, `,"more":${DEEP}}`), ''),
	}),
	(key) => ({ kind: 'shape', as: [], fields: { status: 'failed', error: 'refused', headers: { [key]: 1 } } }),
	(key) => ({ kind: 'network', words: `bad header "Bearer ${key}"` }),
];

const TIMES = [
	'2026-01-15T11:59:00.000Z',
	'2026-01-15T13:00:00.000Z',
	'+275760-09-13T00:00:00.000Z',
	'-271821-04-20T00:00:00.000Z',
];

const NO_IDS = ['..', 'a/b', 'a b', '\u200b', 'x'.repeat(300)];

/** A row as it may come back from a user's own nodes: with an id, fields of a task and the wait's own in any state. */
export function junkRow(id: string): fc.Arbitrary<IDataObject> {
	const value = fc.constantFrom(...JUNK).map((text) => JSON.parse(text) as unknown);
	const fields = [
		...['attempt', 'startedAt', 'giveUpAt', 'nextPollAt', 'waitSeconds', 'notBefore', 'unanswered'],
		...['checksWithoutResult', 'strayAnswers'],
	];
	const polling = fc.dictionary(
		fc.constantFrom(...fields),
		fc.oneof(value, fc.constantFrom<unknown>(3, 1e20, 'soon', ...TIMES)),
		{ maxKeys: 6 },
	);
	const names = SPECIAL_NAMES.filter((name) => !['id', 'details'].includes(name));
	const known = { attempt: 1, startedAt: TIMES[0] };
	return fc
		.record({
			id: fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>(id) }, value, fc.constantFrom(...NO_IDS)),
			more: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }),
			polling: fc.oneof(
				value,
				polling.map((other) => ({ ...known, ...other })),
			),
		})
		.map(({ more, ...row }) => ({ ...more, ...row }) as IDataObject);
}
