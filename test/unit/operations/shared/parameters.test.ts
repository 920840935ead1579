import type { INodeProperties } from 'n8n-workflow';

import { isTool, readChoice, readNumber } from '../../../../nodes/Seedance/operations/shared/parameters';
import { refusal, stubContext } from '../../stubContext';

const context = stubContext();
const form = { displayName: 'Poll Interval (Seconds)', name: 'pollInterval', type: 'number', default: 30 } as const;

/** A field of the form with these bounds. */
const field = (minValue = 5, maxValue = 3600, displayName: string = form.displayName): INodeProperties => ({
	...form,
	displayName,
	typeOptions: { minValue, maxValue },
});

describe('a number', () => {
	test.each([[5, 5], [3600, 3600], [7.5, 7.5], ['30', 30], [' 30 ', 30]])('%j is %d', (value, expected) => {
		expect(readNumber(context, 0, field(), value)).toBe(expected);
	});

	test('0 may be one', () => expect(readNumber(context, 0, field(0), '0')).toBe(0));

	test.each([
		[4.9, '4.9'], [3600.1, '3600.1'], ['4', '"4"'], ['', '""'], [' ', '" "'], ['soon', '"soon"'],
		[NaN, 'null'], [null, 'null'], [undefined, 'empty'], [true, 'true'], [[30], '[30]'],
	])('%j is refused, with its bounds', (value, shown) => {
		const description = 'Give a number from 5 to 3600 seconds.';
		const expected = { message: `'Poll Interval' can't be ${shown}`, description, itemIndex: 3 };
		expect(refusal(() => readNumber(context, 3, field(), value))).toEqual(expected);
	});

	test.each([[''], [' '], [null], [false], [[]]])('%j is no zero', (value) => {
		expect(refusal(() => readNumber(context, 0, field(-1), value)).message).toContain("can't be");
	});

	test.each([
		['Max Retries', 'Max Retries', 'Give a number from 5 to 3600.'],
		['Max Video Size (MB)', 'Max Video Size', 'Give a number from 5 to 3600 MB.'],
	])('%s is told without its unit, and the unit as it is written', (displayName, label, description) => {
		const expected = { message: `'${label}' can't be 1`, description, itemIndex: 0 };
		expect(refusal(() => readNumber(context, 0, field(5, 3600, displayName), 1))).toEqual(expected);
	});
});

describe('a value of a list', () => {
	const tiers: INodeProperties = {
		displayName: 'Service Tier',
		name: 'serviceTier',
		type: 'options',
		options: ['online', 'flex'].map((value) => ({ name: value, value })),
		default: 'online',
	};

	test('is taken', () => expect(readChoice(context, 0, tiers, 'flex')).toBe('flex'));

	test.each([
		['Flex', '"Flex"'], ['', '""'], [1, '1'], [null, 'null'], [undefined, 'empty'],
	])('%j is refused, with the list', (value, shown) => {
		const expected = { message: `'Service Tier' can't be ${shown}`, description: 'Give one of: online, flex.', itemIndex: 2 };
		expect(refusal(() => readChoice(context, 2, tiers, value))).toEqual(expected);
	});
});

test.each([
	['n8n-nodes-globalaiopc.seedance', false],
	['n8n-nodes-globalaiopc.seedanceTool', true],
	['CUSTOM.seedanceTool', true],
	['Tool.seedance', false],
])('a node of type %s is called by an AI agent: %s', (type, expected) => {
	expect(isTool(stubContext({ node: { type } }))).toBe(expected);
});
