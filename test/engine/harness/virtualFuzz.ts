import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { bodyText } from '../../simulator/answers.cts';
import { SEEN } from '../../simulator/seen.cts';
import type { BodyPlan } from './virtualBody.cts';
import type { Reply } from './virtualServer';
import { json, named, text } from './virtualReplies';

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
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'valueOf',
	'toJSON',
	'then',
	'hasOwnProperty',
	'length',
	'json',
	'binary',
	'pairedItem',
	'error',
	'polling',
	'details',
	'id',
	'status',
	'data',
	'code',
	'msg',
	'message',
	'created',
	'expiresAt',
];

function nested(depth: number, open: '[' | '{"a":'): string {
	return `${open.repeat(depth)}1${(open === '[' ? ']' : '}').repeat(depth)}`;
}

/** Values of every type, as their JSON. */
const junk = fc.constantFrom(
	'null',
	'true',
	'0',
	'-1',
	'1e308',
	'1e400',
	'-0',
	'98765432109876543210',
	'""',
	'" "',
	'"completed"',
	'"2026-01-15T12:00:00.000Z"',
	'"\\u0000\\u001b[31m"',
	'"\\ud800"',
	JSON.stringify('long '.repeat(1000)),
	JSON.stringify('猫'.repeat(2000)),
	'[]',
	'{}',
	'[[]]',
	'[null]',
	'["a",{"b":[1]}]',
	'{"message":{"message":{"message":"deep"}}}',
	'{"code":{"code":1}}',
	'{"__proto__":{"polluted":true}}',
	'{"constructor":{"prototype":{"polluted":true}}}',
	'{"toString":1,"valueOf":2,"toJSON":3,"then":4,"hasOwnProperty":5}',
	nested(40, '['),
	nested(60, '{"a":'),
	'"@deep@"',
);

/** Deeper than JSON can be written, so that it is put in as text. */
const DEEP = nested(20_000, '[');

/** How a body is changed: at which of its places, counted through all of them, and to what. */
type Change =
	| { kind: 'replace'; place: number; json: string }
	| { kind: 'add'; place: number; name: string; json: string }
	| { kind: 'remove'; place: number }
	| { kind: 'echo'; place: number; from: number; length: number; before: string; after: string }
	| { kind: 'wrap'; name: string };

const place = fc.nat({ max: 30 });
const cutOfKey = { from: fc.nat({ max: 220 }), length: fc.integer({ min: 1, max: 240 }) };
const filler = [95, 290, 595].map((length) => 'x'.repeat(length));
const around = fc.constantFrom('', 'key ', '"', ' \n', 'Bearer ', ...filler, '<', 'https://', '://a@', '猫');

const change: fc.Arbitrary<Change> = fc.oneof(
	fc.record({ kind: fc.constant('replace' as const), place, json: junk }),
	fc.record({
		kind: fc.constant('add' as const),
		place,
		name: fc.constantFrom(...SPECIAL_NAMES),
		json: junk,
	}),
	fc.record({ kind: fc.constant('remove' as const), place }),
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('echo' as const),
			place,
			...cutOfKey,
			before: around,
			after: around,
		}),
	},
	fc.record({ kind: fc.constant('wrap' as const), name: fc.constantFrom('data', 'error', '[', 'result') }),
);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Holder = Record<string, Json>;

const isHolder = (value: Json | undefined): value is Holder => typeof value === 'object' && value !== null;

/** All places of a value that can be changed, outermost first. */
function placesIn(holder: Holder): Array<{ holder: Holder; name: string }> {
	return Object.keys(holder).flatMap((name) => {
		const inner = holder[name];
		return [{ holder, name }, ...(isHolder(inner) ? placesIn(inner) : [])];
	});
}

const set = (holder: Holder, name: string, value: Json) =>
	Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });

/** Makes JSON of a body and its changes. What JSON can't hold, or a stack can't, comes as text. */
function changed(body: Json, changes: Change[], key: string): string {
	const root = { body: JSON.parse(JSON.stringify(body)) as Json } as Holder;
	for (const one of changes) {
		if (one.kind === 'wrap') {
			const value = root.body as Json;
			root.body = one.name === '[' ? [value] : { [one.name]: value };
			continue;
		}
		const places = placesIn(root);
		const at = places[one.place % places.length] as { holder: Holder; name: string };
		if (one.kind === 'remove') {
			if (at.holder !== root) delete at.holder[at.name];
		} else if (one.kind === 'replace') {
			set(at.holder, at.name, JSON.parse(one.json) as Json);
		} else if (one.kind === 'add') {
			const inner = at.holder[at.name];
			set(isHolder(inner) ? inner : at.holder, one.name, JSON.parse(one.json) as Json);
		} else {
			const echo = one.before + partOf(key, one) + one.after;
			const inner = at.holder[at.name];
			if (isHolder(inner) && !Array.isArray(inner)) set(inner, echo, echo);
			else set(at.holder, at.name, echo);
		}
	}
	return JSON.stringify(root.body).replaceAll('"@deep@"', DEEP);
}

function partOf(key: string, { from, length }: { from: number; length: number }): string {
	const start = from % key.length;
	return key.slice(start, start + length);
}

type Spoil = (body: string, key: string) => Buffer;

const SPOILS: Record<string, Spoil> = {
	'with a mark': (body) => Buffer.from(`\uFEFF${body}`),
	'in UTF-16': (body) => Buffer.from(`\uFEFF${body}`, 'utf16le'),
	'in Latin 1': (body) => Buffer.from(`${body}\u00e9`, 'latin1'),
	'with a page around': (body, key) => Buffer.from(`<html><!-- ${body} --><p>${key}</p></html>`),
	'with words before': (body, key) => Buffer.from(`Key ${key} refused: ${body}`),
	'with blanks before': (body) => Buffer.from(' \n'.repeat(450_000) + body),
	'with zeros': (body) => Buffer.concat([Buffer.alloc(20), Buffer.from(body)]),
	twice: (body) => Buffer.from(body + body),
	'too deep for any stack': (body) => Buffer.from(`{"a":${'['.repeat(100_000)}${body}`),
	nothing: () => Buffer.alloc(0),
	noise: (body) =>
		Buffer.from(Buffer.from(body).map((byte, index) => (index % 7 === 3 ? (byte * 31 + 17) % 256 : byte))),
};

/** What becomes of the bytes. */
const spoiling: fc.Arbitrary<Spoil> = fc.oneof(
	{ weight: 8, arbitrary: fc.constant(named('as it is', (body: string) => Buffer.from(body))) },
	{
		weight: 11,
		arbitrary: fc.constantFrom(...Object.entries(SPOILS).map(([name, spoil]) => named(name, spoil))),
	},
	fc.double({ min: 0, max: 1, noNaN: true }).map((part) =>
		named(`the first ${part}`, (body: string) => {
			const bytes = Buffer.from(body);
			return bytes.subarray(0, Math.floor(bytes.length * part));
		}),
	),
);

const HEADER_NAMES = [
	'retry-after',
	'location',
	'content-type',
	'content-length',
	'www-authenticate',
	'set-cookie',
	'x-request-id',
];

const headerValue = fc.oneof(
	fc.constantFrom<unknown>(
		'0',
		'5',
		'99999999999999999999',
		'-1',
		'1.5',
		'Thu, 01 Jan 1970 00:00:00 GMT',
		'Sat, 31 Dec 9999 23:59:59 GMT',
		'/login',
		'https://elsewhere.example/',
		'https://[',
		'text/html',
		'',
		['5', '6'],
		[],
		7,
		undefined,
		null,
		{ toString: 'no' },
		'x'.repeat(10_000),
	),
	fc.record(cutOfKey),
);

const delivery: fc.Arbitrary<Omit<BodyPlan, 'bytes'>> = fc.oneof(
	{ weight: 8, arbitrary: fc.constant({}) },
	fc.constantFrom(
		{ chunkBytes: 1 },
		{ chunkBytes: 1, everyMs: 10 },
		{ chunkBytes: 1, everyMs: 2_000 },
		{ chunkBytes: 100, everyMs: 100 },
		{ then: 'breaks' as const },
		{ then: 'stalls' as const },
		{ then: 'endless' as const },
		{ chunkBytes: 10, then: 'endless' as const, everyMs: 1_000 },
	),
);

const STATUSES = [
	200, 200, 200, 200, 200, 201, 202, 204, 206, 301, 302, 307, 400, 401, 402, 403, 404, 408, 409, 413, 418,
	422, 429, 429, 500, 502, 503, 504, 520, 599,
];

const CODES = [
	'ECONNRESET',
	'ECONNREFUSED',
	'ENOTFOUND',
	'ETIMEDOUT',
	'ECONNABORTED',
	'EPROTO',
	'CERT_HAS_EXPIRED',
	'HPE_INVALID_CONSTANT',
	'ERR_BAD_RESPONSE',
	'',
	undefined,
];

/** A reply once the key is known. */
export interface FuzzedReply {
	make: (key: string) => Reply;
}

const network: fc.Arbitrary<FuzzedReply> = fc
	.record({
		code: fc.constantFrom(...CODES),
		before: around,
		after: around,
		...cutOfKey,
		inCause: fc.boolean(),
	})
	.map((plan) =>
		named(JSON.stringify(plan), {
			make: (key) => {
				const { code, before, after, inCause } = plan;
				const words = before + partOf(key, plan) + after;
				const cause = inCause ? Object.assign(new Error(words), { code: 'EINNER' }) : undefined;
				return { fails: code, words: inCause ? 'outer' : words, cause, latencyMs: 10 };
			},
		}),
	);

/** Replies made of good bodies: changed, spoiled, delivered in any way, or lost on the way. */
export function fuzzedReply(bodies: Json[]): fc.Arbitrary<FuzzedReply> {
	const answer = fc
		.record({
			body: fc.constantFrom(...bodies),
			changes: fc.array(change, { maxLength: 4 }),
			spoil: spoiling,
			status: fc.constantFrom(...STATUSES),
			headers: fc.dictionary(fc.constantFrom(...HEADER_NAMES), headerValue, { maxKeys: 3 }),
			delivery,
		})
		.map((plan) =>
			named(fc.stringify(plan), {
				make: (key: string): Reply => {
					const { body, changes, spoil, status, headers } = plan;
					const bytes = spoil(changed(body, changes, key), key);
					return {
						status,
						headers: Object.fromEntries(
							Object.entries(headers).map(([name, value]) => [name, withKey(value, key)]),
						),
						body: { bytes, words: `aborted ${key}`, chunkBytes: 65_536, ...plan.delivery },
						latencyMs: 10,
					};
				},
			}),
		);
	return fc.oneof({ weight: 12, arbitrary: answer }, { weight: 1, arbitrary: network });
}

function withKey(value: unknown, key: string): unknown {
	const isCut = typeof value === 'object' && value !== null && 'from' in value && 'length' in value;
	return isCut
		? `https://elsewhere.example/?key=${partOf(key, value as { from: number; length: number })}`
		: value;
}

/** Errors as the real API was seen to give them, and as any other might. */
const errorBodies = (id: string): Json[] => {
	const context = { request: { method: 'GET', path: '/a/v1' } as never, filesUrl: '', newId: () => id };
	const seen = Object.values(SEEN).map((answer) => bodyText(answer(context).body));
	return [
		...seen.filter((body) => body !== '').map((body) => JSON.parse(body) as Json),
		{ error: 'something' },
		{ error: { message: 'something', code: 'SomeCode' } },
		{ code: 1234, message: 'something' },
	];
};

const LINK = 'https://files.example/1.mp4';

/** Good bodies and errors, as the API is known to give them. */
export const queryBodies = (id: string): Json[] => {
	const task = {
		id,
		object: 'video',
		created: 1768478400,
		model: 'seedance_1_5_pro_720p',
		video_url: null,
		error: null,
	};
	return [
		{ ...task, status: 'processing' },
		{ ...task, status: 'completed', video_url: LINK, actualDuration: 5, usage: { total_tokens: '123456' } },
		{ ...task, status: 'failed', error: 'prompt refused' },
		{ ...task, status: 'failed', error: { message: 'content rejected', code: 'x' } },
		{ ...task, status: 'cancelled' },
		{ code: 0, msg: null, data: { ...task, status: 'completed', result_url: LINK } },
		{ data: { status: 'completed', url: LINK } },
		...errorBodies(id),
	];
};

export const createBodies = (id: string): Json[] => [
	{ id, object: 'video', created: 1768478400, model: 'seedance_1_5_pro_720p', status: 'queued' },
	{ code: 0, msg: null, data: { id, status: 'queued' } },
	...errorBodies(id),
];

/** Cases that chance is too slow to find, about one task. */
export const knownCases = (id: string): Record<'deep' | 'keyAsName' | 'keyOfNetwork', FuzzedReply> => ({
	deep: named('nested too deep to be stored', {
		make: () =>
			text(200, `{"id":"${id}","status":"completed","url":"https://files.example/1.mp4","more":${DEEP}}`),
	}),
	keyAsName: named('the key as the name of a field', {
		make: (key) => json(200, { id, status: 'failed', error: 'prompt refused', headers: { [key]: 1 } }),
	}),
	keyOfNetwork: named('the key in an error of the network', {
		make: (key) => ({ fails: undefined, words: `bad header "Bearer ${key}"`, latencyMs: 10 }),
	}),
});

const TIMES = [
	'2026-01-15T11:59:00.000Z',
	'2026-01-15T13:00:00.000Z',
	'+275760-09-13T00:00:00.000Z',
	'-271821-04-20T00:00:00.000Z',
];

const NO_IDS = ['..', 'a/b', 'a b', '\u200b', 'x'.repeat(300)];

/** A row as it may come back from a user's own nodes: with an id, fields of a task and the wait's own in any state. */
export function junkRow(id: string): fc.Arbitrary<IDataObject> {
	const value = junk.map((text) => JSON.parse(text) as Json);
	const polling = fc.dictionary(
		fc.constantFrom(
			'attempt',
			'startedAt',
			'giveUpAt',
			'nextPollAt',
			'waitSeconds',
			'notBefore',
			'unanswered',
			'completedWithoutVideo',
			'answersWithoutTask',
		),
		fc.oneof(value, fc.constantFrom<Json>(3, 1e20, 'soon', ...TIMES)),
		{ maxKeys: 6 },
	);
	const names = SPECIAL_NAMES.filter((name) => !['id', 'details'].includes(name));
	const whole = fc.constant({ attempt: 1, startedAt: '2026-01-15T11:59:00.000Z' });
	return fc
		.record({
			id: fc.oneof({ weight: 4, arbitrary: fc.constant<Json>(id) }, value, fc.constantFrom<Json>(...NO_IDS)),
			more: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }),
			polling: fc.oneof(
				value,
				fc.tuple(whole, polling).map(([known, other]) => ({ ...known, ...other }) as Json),
			),
		})
		.map(({ more, ...row }) => ({ ...more, ...row }) as IDataObject);
}
