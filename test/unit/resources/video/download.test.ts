import type { IDataObject } from 'n8n-workflow';

import { readDownloadSettings } from '../../../../nodes/Seedance/resources/video/download';
import { containing } from '../../expecting';
import { refusal, stubContext } from '../../stubContext';

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
	['with its last frame', {}, { downloadLastFrame: 'yes' }, { field: 'data', further: true }],
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
	[
		{ binaryPropertyName: 'lastFrame' },
		{ downloadLastFrame: true },
		"'Put Output File in Field' can't be lastFrame, which takes the last frame",
		'Give another name',
	],
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
