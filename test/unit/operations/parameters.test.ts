import { checkChoice, checkNumber, isTool, readOptions } from '../../../nodes/Seedance/operations/parameters';
import { refusal, stubContext } from '../stubContext';

const context = stubContext();
const FIELD = { label: 'Poll Interval', unit: 'seconds', min: 5, max: 3600 };

describe('a number', () => {
	test.each([
		[5, 5],
		[3600, 3600],
		[7.5, 7.5],
		['30', 30],
		[' 30 ', 30],
	])('%j is %d', (value, expected) => {
		expect(checkNumber(context, 0, FIELD, value)).toBe(expected);
	});

	test('0 may be one', () => expect(checkNumber(context, 0, { ...FIELD, min: 0 }, '0')).toBe(0));

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
	])('%j is refused, with its bounds', (value, shown) => {
		expect(refusal(() => checkNumber(context, 3, FIELD, value))).toEqual({
			message: `Poll Interval can't be ${shown}`,
			description: 'Give a number from 5 to 3600 seconds.',
			itemIndex: 3,
		});
	});

	test.each([[''], [' '], [null], [false], [[]]])('%j is no zero', (value) => {
		expect(refusal(() => checkNumber(context, 0, { ...FIELD, min: -1 }, value)).message).toContain("can't be");
	});

	test('a plain count has no unit', () => {
		expect(refusal(() => checkNumber(context, 0, { ...FIELD, unit: '' }, 1)).description).toBe('Give a number from 5 to 3600.');
	});
});

describe('a value of a list', () => {
	const TIERS = ['online', 'flex'] as const;

	test('is taken', () => expect(checkChoice(context, 0, 'Service Tier', TIERS, 'flex')).toBe('flex'));

	test.each([
		['Flex', '"Flex"'],
		['', '""'],
		[1, '1'],
		[null, 'null'],
		[undefined, 'empty'],
	])('%j is refused, with the list', (value, shown) => {
		expect(refusal(() => checkChoice(context, 2, 'Service Tier', TIERS, value))).toEqual({
			message: `Service Tier can't be ${shown}`,
			description: 'Give one of: online, flex.',
			itemIndex: 2,
		});
	});
});

test('the options of an item are those that are set', () => {
	expect(readOptions(stubContext({ parameters: { options: { maxRetries: 1 } } }), 0)).toEqual({ maxRetries: 1 });
	expect(readOptions(context, 0)).toEqual({});
});

test.each([
	['n8n-nodes-globalaiopc.seedance', false],
	['n8n-nodes-globalaiopc.seedanceTool', true],
	['CUSTOM.seedanceTool', true],
	['Tool.seedance', false],
])('a node of type %s is called by an AI agent: %s', (type, expected) => {
	expect(isTool(stubContext({ node: { type } }))).toBe(expected);
});
