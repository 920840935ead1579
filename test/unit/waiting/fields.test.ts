import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { WAIT_FIELD as CREATE_FIELD } from '../../../nodes/Seedance/resources/video/create/fields';
import { WAIT_FIELD as GET_FIELD } from '../../../nodes/Seedance/resources/video/get/fields';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import {
	giveUpFields,
	readWaitMode,
	readWaitSettings,
	waitField,
	type WaitedFor,
} from '../../../nodes/Seedance/waiting/fields';
import { MINUTE, SECOND } from '../clock';
import { filledIn } from '../form';
import { refusal, stubContext } from '../stubContext';

const FORM = { giveUpAfter: 30 };

function read(options: IDataObject, form: IDataObject = {}, mode: 'inNode' | 'withWaitNode' = 'inNode') {
	return readWaitSettings(stubContext({ parameters: { ...FORM, ...form } }), 4, options, mode, pollableVideo);
}

test.each([
	['Create', CREATE_FIELD, ['no', 'inNode', 'parked']],
	['Get Result', GET_FIELD, ['no', 'inNode', 'parked', 'withWaitNode']],
])('the modes of %s are those that workflows have stored', (_operation, field, stored) => {
	expect((field.options as INodePropertyOptions[]).map(({ value }) => value)).toEqual(stored);
});

/** Another resource, which is waited for as long as it wants. */
const sound: WaitedFor = {
	words: {
		one: 'sound',
		many: 'sounds',
		result: 'sound',
		results: 'sounds',
		underWay: 'the sound is being mixed',
		usualTime: 'a minute',
	},
	giveUpAfter: { inside: 10, hours: 60 },
};

test('the form of another resource says nothing of videos', () => {
	const show = { resource: ['sound'] };
	const fields = [waitField(show, sound, 'Check once'), ...giveUpFields(show, sound, ['parked'])];
	const texts = JSON.stringify(fields);
	expect(texts).not.toMatch(/video|task/i);
	expect(texts).toContain('Usually a minute. The node checks until the sound is done');
	expect(texts).toContain('counted from when the sound was created');
	expect(fields.slice(1).map((field) => field.default)).toEqual(['10', 60]);
});

test('another resource has no tier', () => {
	const unset = stubContext({
		parameters: { giveUpAfter: '10' },
		node: { parameters: { giveUpAfter: '10' } },
	});
	expect(readWaitSettings(unset, 0, { serviceTier: 'flex' }, 'inNode', sound)).toMatchObject({
		tier: 'online',
		giveUpAfterMs: 10 * MINUTE,
	});
});

test.each<[string, Pick<WaitedFor, 'words'>, string]>([
	['videos', pollableVideo, " For hours, use 'Get Result' with 'Chained With a Wait Node'."],
	['another resource', sound, ''],
])('where nothing can be parked, what to do about %s', async (_case, waitedFor, otherwise) => {
	const context = stubContext({
		parameters: { waitUntilDone: 'parked' },
		more: { getExecutionId: () => undefined as unknown as string },
	});
	const mode = await readWaitMode(context, GET_FIELD, waitedFor);
	const { message, description } = refusal(mode);
	expect(message).toBe("The wait can't be parked in n8n's database: this workflow is not saved in n8n");
	expect(description).toMatch(/for a wait of minutes\./);
	expect(description?.split('for a wait of minutes.')[1]).toBe(otherwise);
});

const FLEX = { tier: 'flex', giveUpAfterMs: 720 * MINUTE };

test.each<[string, IDataObject, IDataObject, object]>([
	['as the form has it', {}, {}, {}],
	['of the offline tier', { serviceTier: 'flex' }, { giveUpAfter: 720 }, FLEX],
	['for a minute', {}, { giveUpAfter: 1 }, { giveUpAfterMs: MINUTE }],
	['for a day', {}, { giveUpAfter: '1440' }, { giveUpAfterMs: 1440 * MINUTE }],
	['for no whole milliseconds', {}, { giveUpAfter: 1.000001 }, { giveUpAfterMs: 60_001 }],
	['at no whole milliseconds', { pollInterval: 5.0001 }, {}, { pollIntervalMs: 5_001 }],
	['at an interval', { pollInterval: 5 }, {}, { pollIntervalMs: 5 * SECOND }],
	['at a long interval', { pollInterval: '3600' }, {}, { pollIntervalMs: 3600 * SECOND }],
	['that lets failed tasks out', { ifTaskFails: 'output' }, {}, { ifTaskFails: 'output' }],
])('a wait %s', (_case, options, form, expected) => {
	const asInForm = { tier: 'online', giveUpAfterMs: 30 * MINUTE, isStored: false, ifTaskFails: 'error' };
	expect(read(options, form)).toEqual({ ...asInForm, pollIntervalMs: undefined, ...expected });
});

test.each([
	['create', '', 'inNode'],
	['create', 'Tool', 'no'],
	['get', '', 'no'],
	['get', 'Tool', 'no'],
])('%s%s, where nobody has chosen: %s', (operation, variant, mode) => {
	expect(filledIn({ operation }, variant)).toMatchObject({ waitUntilDone: mode });
});

test.each(['no', 'inNode', 'parked'])(
	"Create, where somebody has chosen %s, as an agent's tool too",
	(waitUntilDone) => {
		for (const variant of ['', 'Tool']) {
			expect(filledIn({ operation: 'create', waitUntilDone }, variant)).toMatchObject({ waitUntilDone });
		}
	},
);

describe('Give Up After, which nobody has set', () => {
	test.each([
		['create', 'inNode', 'online', 30],
		['create', 'inNode', 'flex', 720],
		['create', 'parked', 'online', 720],
		['create', 'parked', 'flex', 720],
		['get', 'inNode', 'online', 30],
		['get', 'inNode', 'flex', 720],
		['get', 'parked', 'online', 720],
		['get', 'withWaitNode', 'online', 720],
	])('%s, %s, %s: %d minutes', (operation, mode, serviceTier, minutes) => {
		const form = filledIn({ operation, waitUntilDone: mode });
		expect(read({ serviceTier }, form).giveUpAfterMs).toBe(minutes * MINUTE);
	});

	test.each([30, '={{ 30 }}'])('one that somebody has set to %j is taken, whatever the tier', (stored) => {
		const set = stubContext({
			parameters: { giveUpAfter: 30 },
			node: { parameters: { giveUpAfter: stored } },
		});
		expect(readWaitSettings(set, 4, { serviceTier: 'flex' }, 'inNode', pollableVideo).giveUpAfterMs).toBe(
			30 * MINUTE,
		);
	});
});

test.each([
	['withWaitNode', true],
	['inNode', false],
] as const)('n8n stores a wait of %s: %s', (mode, expected) => {
	expect(read({}, {}, mode).isStored).toBe(expected);
});

test.each<[string, unknown[], string, string]>([
	['serviceTier', ['offline', ''], 'Service Tier of the Task', 'Give one of: flex, online.'],
	['giveUpAfter', [0.9, 1441], 'Give Up After', 'Give a number from 1 to 1440 minutes.'],
	['pollInterval', [4, 3601, null], 'Poll Interval', 'Give a number from 5 to 3600 seconds.'],
	['ifTaskFails', ['ignore', {}], 'If Task Fails', 'Give one of: output, error.'],
])('%s is refused with %j', (name, values, label, description) => {
	for (const value of values) {
		const given = { [name]: value } as IDataObject;
		const expected = { message: `'${label}' can't be ${JSON.stringify(value)}`, description };
		expect(refusal(() => (name in FORM ? read({}, given) : read(given)))).toEqual(expected);
	}
});
