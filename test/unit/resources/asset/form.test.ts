import type { INodeParameters, INodePropertyOptions } from 'n8n-workflow';

import { Seedance } from '../../../../nodes/Seedance/Seedance.node';
import { filledIn, missingFields, offeredOptions, shownFields } from '../../form';

const asset = (more: INodeParameters) => ({ resource: 'asset', ...more });

const namesOf = (form: INodeParameters, variant = '') => shownFields(form, variant).map(({ name }) => name);

const UPLOAD = ['resource', 'operation', 'media', 'library', 'assetName', 'waitUntilDone'];
const GET = ['resource', 'operation', 'assetId', 'library', 'waitUntilDone'];

test.each([
	['upload', 'no', [...UPLOAD, 'options']],
	['upload', 'inNode', [...UPLOAD, 'giveUpAfter', 'options']],
	['upload', 'parked', [...UPLOAD, 'giveUpAfter', 'options']],
	['get', 'no', [...GET, 'options']],
	['get', 'inNode', [...GET, 'giveUpAfter', 'options']],
	['get', 'parked', [...GET, 'giveUpAfter', 'options']],
	['delete', 'no', ['resource', 'operation', 'assetId', 'library', 'options']],
])('%s, wait %s, shows each field once', (operation, waitUntilDone, fields) => {
	expect(namesOf(asset({ operation, waitUntilDone }))).toEqual(fields);
	expect(namesOf(asset({ operation, waitUntilDone }), 'Tool')).toEqual(fields);
});

test.each([
	['upload', '', { waitUntilDone: 'inNode', giveUpAfter: '10', library: 'seedance20', assetName: '' }],
	['upload', 'Tool', { waitUntilDone: 'no' }],
	[
		'get',
		'',
		{
			waitUntilDone: 'no',
			assetId: '={{ $json.assetId }}',
			library: '={{ $json.library ?? "seedance20" }}',
		},
	],
	['delete', '', { assetId: '={{ $json.assetId }}', library: '={{ $json.library ?? "seedance20" }}' }],
])('%s%s, where nobody has chosen', (operation, variant, expected) => {
	expect(filledIn(asset({ operation }), variant)).toMatchObject(expected);
});

test('a new asset is uploaded', () => {
	expect(filledIn(asset({})).operation).toBe('upload');
	expect(missingFields(asset({}))).toEqual(['media']);
});

test.each([
	['upload', ['seedance20', 'specialDiscount', 'seedance25']],
	['get', ['seedance20', 'specialDiscount', 'seedance25']],
	['delete', ['seedance20']],
])('%s offers the libraries that can', (operation, libraries) => {
	const field = shownFields(asset({ operation })).find(({ name }) => name === 'library');
	expect((field?.options as INodePropertyOptions[]).map(({ value }) => value)).toEqual(libraries);
});

test('no option of videos is offered', () => {
	const options = offeredOptions(asset({ operation: 'upload', waitUntilDone: 'inNode' }));
	expect(options).toEqual([
		'If Task Fails',
		'Include Input Fields',
		'Max Concurrency',
		'Max Retries',
		'Poll Interval (Seconds)',
		'Request Timeout (Seconds)',
	]);
});

test('the panel of nodes names what it does', () => {
	const field = new Seedance().description.properties.find(
		({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.includes('asset'),
	);
	const actions = (field?.options as INodePropertyOptions[]).map(({ name, action }) => [name, action]);
	expect(actions).toEqual([
		['Upload', 'Upload asset'],
		['Get', 'Get asset'],
		['Delete', 'Delete asset'],
	]);
});
