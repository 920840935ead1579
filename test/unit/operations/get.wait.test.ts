import type { IDataObject } from 'n8n-workflow';

import { GIVE_UP_AFTER, GIVE_UP_AFTER_UNSET, readWait, WAIT_MODES } from '../../../nodes/Seedance/operations/get.wait';
import { MINUTE, SECOND } from '../clock';
import { refusal, stubContext } from '../stubContext';

const FORM = { serviceTier: 'online', giveUpAfter: 30 };

function read(options: IDataObject, form: IDataObject = {}, mode: 'inNode' | 'withWaitNode' = 'inNode') {
	return readWait(stubContext({ parameters: { ...FORM, ...form } }), 4, options, mode);
}

test('the modes are those that workflows have stored', () => {
	expect(WAIT_MODES).toEqual(['no', 'inNode', 'withWaitNode']);
});

test('a wait as the form has it', () => {
	expect(read({})).toEqual({
		tier: 'online',
		giveUpAfterMs: 30 * MINUTE,
		pollIntervalMs: undefined,
		surviveRestarts: false,
		ifTaskFails: 'error',
	});
});

test.each<[string, IDataObject, IDataObject, object]>([
	['of the offline tier', {}, { serviceTier: 'flex', giveUpAfter: 720 }, { tier: 'flex', giveUpAfterMs: 720 * MINUTE }],
	['for a minute', {}, { giveUpAfter: 1 }, { giveUpAfterMs: MINUTE }],
	['for a day', {}, { giveUpAfter: '1440' }, { giveUpAfterMs: 1440 * MINUTE }],
	['for no whole milliseconds', { pollInterval: 5.0001 }, { giveUpAfter: 1.000001 }, { giveUpAfterMs: 60_001, pollIntervalMs: 5_001 }],
	['at an interval', { pollInterval: 5 }, {}, { pollIntervalMs: 5 * SECOND }],
	['at a long interval', { pollInterval: '3600' }, {}, { pollIntervalMs: 3600 * SECOND }],
	['that lets failed tasks out', { ifTaskFails: 'output' }, {}, { ifTaskFails: 'output' }],
])('a wait %s', (_case, options, form, expected) => {
	expect(read(options, form)).toMatchObject(expected);
});

describe('Give Up After, which nobody has set, is that of the tier', () => {
	test.each([
		['online', 30],
		['flex', 720],
	] as const)('%s: %d minutes, where the tier comes from an expression too', (serviceTier, minutes) => {
		expect(GIVE_UP_AFTER[serviceTier]).toBe(minutes);
		expect(read({}, { serviceTier, giveUpAfter: GIVE_UP_AFTER_UNSET }).giveUpAfterMs).toBe(minutes * MINUTE);
	});

	test('a number that somebody has set is taken, whatever the tier', () => {
		expect(read({}, { giveUpAfter: GIVE_UP_AFTER.flex }).giveUpAfterMs).toBe(720 * MINUTE);
		const set = stubContext({ parameters: { ...FORM, giveUpAfter: GIVE_UP_AFTER_UNSET }, node: { parameters: { giveUpAfter: '={{ "720" }}' } } });
		expect(readWait(set, 4, {}, 'inNode').giveUpAfterMs).toBe(720 * MINUTE);
	});
});

test.each([
	['withWaitNode', undefined, true],
	['withWaitNode', true, true],
	['withWaitNode', false, false],
	['inNode', true, false],
] as const)('%s with Survive Restarts %j has to be parked: %s', (mode, surviveRestarts, expected) => {
	expect(read({ surviveRestarts }, {}, mode).surviveRestarts).toBe(expected);
});

test.each<[IDataObject, IDataObject, string, string]>([
	[{}, { serviceTier: 'offline' }, 'Service Tier can\'t be "offline"', 'Give one of: online, flex.'],
	[{}, { giveUpAfter: 0.9 }, "Give Up After can't be 0.9", 'Give a number from 1 to 1440 minutes.'],
	[{}, { giveUpAfter: 1441 }, "Give Up After can't be 1441", 'Give a number from 1 to 1440 minutes.'],
	[{ pollInterval: 4 }, {}, "Poll Interval can't be 4", 'Give a number from 5 to 3600 seconds.'],
	[{ pollInterval: 3601 }, {}, "Poll Interval can't be 3601", 'Give a number from 5 to 3600 seconds.'],
	[{ pollInterval: null }, {}, "Poll Interval can't be null", 'Give a number from 5 to 3600 seconds.'],
	[{ ifTaskFails: 'ignore' }, {}, 'If Task Fails can\'t be "ignore"', 'Give one of: error, output.'],
])('%j with %j is refused', (options, form, message, description) => {
	expect(refusal(() => read(options, form))).toEqual({ message, description, itemIndex: 4 });
});
