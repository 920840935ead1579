import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { WAIT_FIELD as CREATE_FIELD } from '../../../nodes/Seedance/resources/video/create/fields';
import { WAIT_FIELD as GET_FIELD } from '../../../nodes/Seedance/resources/video/get/fields';
import {
	giveUpFields,
	readDownloadSettings,
	readWaitSettings,
	waitField,
} from '../../../nodes/Seedance/waiting/fields';
import { MINUTE, SECOND } from '../clock';
import { containing } from '../expecting';
import { filledIn } from '../form';
import { refusal, stubContext } from '../stubContext';

const FORM = { giveUpAfter: 30 };

function read(options: IDataObject, form: IDataObject = {}, mode: 'inNode' | 'withWaitNode' = 'inNode') {
	return readWaitSettings(stubContext({ parameters: { ...FORM, ...form } }), 4, options, mode);
}

test.each([
	['Create', CREATE_FIELD, ['no', 'inNode', 'parked']],
	['Get Result', GET_FIELD, ['no', 'inNode', 'parked', 'withWaitNode']],
])('the modes of %s are those that workflows have stored', (_operation, field, stored) => {
	expect((field.options as INodePropertyOptions[]).map(({ value }) => value)).toEqual(stored);
});

test('the form of another resource says nothing of videos', () => {
	const sound = { result: 'sound', usualTime: 'a minute' };
	const show = { resource: ['sound'] };
	const fields = [waitField(show, sound, 'Check once'), ...giveUpFields(show, sound, ['parked'])];
	const texts = JSON.stringify(fields);
	expect(texts).not.toMatch(/video|task/i);
	expect(texts).toContain('Usually a minute. The node checks until the sound is done');
	expect(texts).toContain('counted from when the sound was created');
});

test.each<[string, IDataObject, IDataObject, object]>([
	['as the form has it', {}, {}, {}],
	[
		'of the offline tier',
		{ serviceTier: 'flex' },
		{ giveUpAfter: 720 },
		{ tier: 'flex', giveUpAfterMs: 720 * MINUTE },
	],
	['for a minute', {}, { giveUpAfter: 1 }, { giveUpAfterMs: MINUTE }],
	['for a day', {}, { giveUpAfter: '1440' }, { giveUpAfterMs: 1440 * MINUTE }],
	['for no whole milliseconds', {}, { giveUpAfter: 1.000001 }, { giveUpAfterMs: 60_001 }],
	['at no whole milliseconds', { pollInterval: 5.0001 }, {}, { pollIntervalMs: 5_001 }],
	['at an interval', { pollInterval: 5 }, {}, { pollIntervalMs: 5 * SECOND }],
	['at a long interval', { pollInterval: '3600' }, {}, { pollIntervalMs: 3600 * SECOND }],
	['that lets failed tasks out', { ifTaskFails: 'output' }, {}, { ifTaskFails: 'output' }],
])('a wait %s', (_case, options, form, expected) => {
	const asInForm = {
		tier: 'online',
		giveUpAfterMs: 30 * MINUTE,
		isStored: false,
		ifTaskFails: 'error',
	};
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
		expect(readWaitSettings(set, 4, { serviceTier: 'flex' }, 'inNode').giveUpAfterMs).toBe(30 * MINUTE);
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

const TOOL = 'n8n-nodes-globalaiopc.seedanceTool';

function readDownload(form: IDataObject, options: IDataObject = {}, type?: string) {
	return readDownloadSettings(stubContext({ parameters: form, ...(type && { node: { type } }) }), 4, options);
}

test.each<[string, IDataObject, IDataObject, object]>([
	['as the form has it', {}, {}, { field: 'data', maxBytes: 500e6 }],
	['as a sheet says it', { downloadVideo: 'TRUE' }, {}, { field: 'data' }],
	['into a field with a number for a name', { binaryPropertyName: 7 }, {}, { field: '7' }],
	['into another field', { binaryPropertyName: ' video ' }, {}, { field: 'video' }],
	['of 1 MB', {}, { maxVideoSize: 1 }, { maxBytes: 1e6 }],
	['of 100 GB', {}, { maxVideoSize: 100_000 }, { maxBytes: 1e11 }],
	['of no whole bytes', {}, { maxVideoSize: 1.0000019 }, { maxBytes: 1_000_001 }],
])('a download %s', (_case, form, options, expected) => {
	expect(readDownload({ downloadVideo: true, ...form }, options)).toMatchObject(expected);
});

test.each([
	['where none is wanted', { downloadVideo: false }, undefined],
	['where nothing says so', {}, undefined],
	['where words say so', { downloadVideo: ' No' }, undefined],
	['where an empty cell says so', { downloadVideo: '' }, undefined],
	['for an AI agent', { downloadVideo: true }, TOOL],
])('nothing is downloaded %s', (_case, form, type) => {
	expect(readDownload(form, { maxVideoSize: 'bad' }, type)).toBeUndefined();
});

test.each<[IDataObject, IDataObject, string, string]>([
	[{ binaryPropertyName: ' ' }, {}, "'Put Output File in Field' is empty", 'Give a name for the field'],
	[{ binaryPropertyName: null }, {}, "'Put Output File in Field' is empty", 'Give a name for the field'],
	[
		{ binaryPropertyName: { a: 1 } },
		{},
		"The 'Put Output File in Field' is an object, not a text",
		'Choose one of its fields',
	],
	[
		{ binaryPropertyName: '{{ $json.a }}' },
		{},
		"The 'Put Output File in Field' contains an expression that n8n did not evaluate: {{ $json.a }}",
		'Switch the field',
	],
	[{ downloadVideo: 'maybe' }, {}, `'Download Video' can't be "maybe"`, 'Give true or false'],
	[{}, { maxVideoSize: 0 }, "'Max Video Size' can't be 0", 'Give a number from 1 to 100000 MB.'],
	[{}, { maxVideoSize: 100_001 }, "'Max Video Size' can't be 100001", 'Give a number from 1 to 100000 MB.'],
])('a download with %j %j is refused', (form, options, message, description) => {
	const expected = { message, description: containing(description) };
	expect(refusal(() => readDownload({ downloadVideo: true, ...form }, options))).toEqual(expected);
});
