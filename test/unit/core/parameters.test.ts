import type { INodeProperties } from 'n8n-workflow';

import {
	isTool,
	readBoolean,
	readChoice,
	readNumber,
	readText,
} from '../../../nodes/Seedance/core/parameters';
import { matching } from '../expecting';
import { refusal, stubContext } from '../stubContext';

const form = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: 30,
} as const;

/** A field of the form with these bounds. */
const field = (minValue = 5, maxValue = 3600, displayName: string = form.displayName): INodeProperties => ({
	...form,
	displayName,
	typeOptions: { minValue, maxValue },
});

describe('a number', () => {
	test.each([5, 3600, 7.5, '30', ' 30 '])('%j is one', (value) => {
		expect(readNumber(field(), value)).toBe(Number(value));
	});

	test('0 may be one', () => expect(readNumber(field(0), '0')).toBe(0));

	test.each([
		[4.9, '4.9'],
		[3600.1, '3600.1'],
		['4', '"4"'],
		['', '""'],
		[' ', '" "'],
		['soon', '"soon"'],
		[NaN, 'null'],
		[null, 'null'],
		[undefined, 'empty'],
		[true, 'true'],
		[[30], '[30]'],
		[{ s: 30 }, '{"s":30}'],
		['30,0', '"30,0"'],
		['30 s', '"30 s"'],
		['x'.repeat(200), `"${'x'.repeat(99)}…`],
	])('%j is refused, with its bounds', (value, shown) => {
		const description = 'Give a number from 5 to 3600 seconds.';
		const expected = { message: `'Poll Interval' can't be ${shown}`, description };
		expect(refusal(() => readNumber(field(), value))).toEqual(expected);
	});

	test.each([[''], [' '], [null], [false], [[]]])('%j is no zero', (value) => {
		expect(refusal(() => readNumber(field(-1), value)).message).toContain("can't be");
	});

	test('an expression that was not evaluated is told what to do about it', () => {
		expect(refusal(() => readNumber(field(), '{{ $json.seconds }}'))).toEqual({
			message: `'Poll Interval' can't be "{{ $json.seconds }}"`,
			description: matching(
				/^Switch the field from 'Fixed' to 'Expression'.* Give a number from 5 to 3600 seconds\.$/,
			),
		});
	});

	test.each([
		['Max Retries', 'Max Retries', 'Give a number from 5 to 3600.'],
		['Max Video Size (MB)', 'Max Video Size', 'Give a number from 5 to 3600 MB.'],
	])('%s is told without its unit, and the unit as it is written', (displayName, label, description) => {
		const expected = { message: `'${label}' can't be 1`, description };
		expect(refusal(() => readNumber(field(5, 3600, displayName), 1))).toEqual(expected);
	});
});

describe('a value of a list', () => {
	const tiers: INodeProperties = {
		displayName: 'Service Tier',
		name: 'serviceTier',
		type: 'options',
		options: [
			{ name: 'Online', value: 'online' },
			{ name: 'Offline (Flex)', value: 'flex' },
		],
		default: 'online',
	};

	test.each(['flex', ' flex\n', 'FLEX', 'Flex', 'offline (flex)'])('%j is what is meant', (value) => {
		expect(readChoice(tiers, value)).toBe('flex');
	});

	test.each([
		['offline', '"offline"'],
		['', '""'],
		[1, '1'],
		[['flex'], '["flex"]'],
		[{ value: 'flex' }, '{"value":"flex"}'],
		[true, 'true'],
		[null, 'null'],
		[undefined, 'empty'],
	])('%j is refused, with the list', (value, shown) => {
		const expected = {
			message: `'Service Tier' can't be ${shown}`,
			description: 'Give one of: online, flex.',
		};
		expect(refusal(() => readChoice(tiers, value))).toEqual(expected);
	});
});

describe('a yes or no', () => {
	const download = (fallback: boolean): INodeProperties => ({
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: fallback,
	});

	// All words for them are those of booleanOf, in input.test.ts.
	test.each([
		[true, true],
		[' Yes\n', true],
		['OFF', false],
		[0, false],
	])('%j is %s', (value, expected) => expect(readBoolean(download(!expected), value)).toBe(expected));

	test.each([[''], [' \n'], [null], [undefined]])('%j is the default', (value) => {
		for (const fallback of [true, false]) expect(readBoolean(download(fallback), value)).toBe(fallback);
	});

	test.each([
		['maybe', '"maybe"'],
		['wahr', '"wahr"'],
		[2, '2'],
		[[], '[]'],
		[{ on: true }, '{"on":true}'],
	])('%j is refused', (value, shown) => {
		const description = 'Give true or false; yes and no, on and off, 1 and 0 mean the same.';
		const expected = { message: `'Download Video' can't be ${shown}`, description };
		expect(refusal(() => readBoolean(download(false), value))).toEqual(expected);
	});
});

test.each([
	[' video_1\n', 'video_1'],
	[7, '7'],
	['', ''],
	[null, ''],
	[undefined, ''],
])('a text that is %j is read as %j', (value, expected) => {
	expect(readText('Model', value)).toBe(expected);
});

test('a text that is an object is refused', () => {
	const expected = {
		message: "The 'Model' is an object, not a text",
		description: matching(/^Choose one/),
	};
	expect(refusal(() => readText('Model', { id: 'm' }))).toEqual(expected);
});

test.each([
	['n8n-nodes-globalaiopc.seedance', false],
	['n8n-nodes-globalaiopc.seedanceTool', true],
	['CUSTOM.seedanceTool', true],
	['Tool.seedance', false],
])('a node of type %s is called by an AI agent: %s', (type, expected) => {
	expect(isTool(stubContext({ node: { type } }))).toBe(expected);
});
