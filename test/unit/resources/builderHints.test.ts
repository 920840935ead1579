import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { assetBuilderHints } from '../../../nodes/Seedance/resources/asset/builderHints';
import type { BuilderHints } from '../../../nodes/Seedance/resources/builderHints';
import { videoBuilderHints } from '../../../nodes/Seedance/resources/video/builderHints';
import { MODELS } from '../../../nodes/Seedance/resources/video/models';
import { Seedance } from '../../../nodes/Seedance/Seedance.node';

const { description } = new Seedance();

const HINTS: Record<string, Readonly<Record<string, BuilderHints>>> = {
	video: videoBuilderHints,
	asset: assetBuilderHints,
};

const operations = Object.entries(HINTS).flatMap(([resource, hints]) =>
	Object.keys(hints).map((operation) => [resource, operation] as const),
);

const hintsOf = (resource: string, operation: string) => HINTS[resource]?.[operation] as BuilderHints;

/** The fields of an operation, in the order of the form; several may have one name. */
function fieldsOf(resource: string, operation: string): INodeProperties[] {
	return description.properties.filter(({ displayOptions }) => {
		const { resource: resources = [], operation: shown = [] } = displayOptions?.show ?? {};
		return resources.includes(resource) && shown.includes(operation);
	});
}

/** All that n8n's AI builder reads, by where it stands. */
const texts: Array<[where: string, text: string]> = [
	['node', description.builderHint?.searchHint ?? ''],
	...(description.builderHint?.relatedNodes ?? []).map(({ nodeType, relationHint }): [string, string] => [
		nodeType,
		relationHint,
	]),
	...operations.flatMap(([resource, operation]): Array<[string, string]> => {
		const { operation: own, fields = {} } = hintsOf(resource, operation);
		return [
			[`${resource} ${operation}`, own],
			...Object.entries(fields).map(([name, text]): [string, string] => [
				`${resource} ${operation} ${name}`,
				text,
			]),
		];
	}),
];

test('every operation of the form has a hint', () => {
	const offered = description.properties
		.filter(({ name, type }) => name === 'operation' && type === 'options')
		.flatMap(({ displayOptions, options = [] }) =>
			(options as INodePropertyOptions[]).map(({ value, builderHint }) => [
				displayOptions?.show?.resource?.[0],
				value,
				builderHint?.propertyHint,
			]),
		);
	expect(offered).toEqual(
		operations.map(([resource, operation]) => [resource, operation, hintsOf(resource, operation).operation]),
	);
});

test.each(operations)(
	'%s %s: each hint is on all fields of its name, and no other',
	(resource, operation) => {
		const { fields = {} } = hintsOf(resource, operation);
		const shown = fieldsOf(resource, operation);
		expect(shown.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(fields)));
		expect(shown.map(({ name, builderHint }) => [name, builderHint?.propertyHint])).toEqual(
			shown.map(({ name }) => [name, fields[name]]),
		);
	},
);

// n8n refuses such a node (`validate-node-description` of n8n-core).
test('none is on a field that only chooses other fields', () => {
	const choosing = description.properties.filter(({ name }) =>
		['resource', 'operation', 'mode'].includes(name),
	);
	expect(choosing.length).toBeGreaterThan(2);
	expect(choosing.filter(({ builderHint }) => builderHint)).toEqual([]);
});

test.each(texts)('%s: one paragraph, without expressions and connection types', (where, text) => {
	expect(text).toMatch(/^[\S ]+$/);
	expect(text).not.toMatch(/\{\{|\}\}|\$json|\bai_\w+/);
	expect(text.length).toBeLessThan(where === 'video create model' ? 1800 : 600);
});

test('an AI learns of each model by its ID, and what sets the models apart', () => {
	const { model, duration, ratio, resolution, referenceVideos } = videoBuilderHints.create.fields ?? {};
	for (const { id, name } of MODELS) expect(model).toContain(`${id} (${name}: `);
	expect(model).toContain('seedance_2_0 (Seedance 2.0: needs a reference video; 4–15 s)');
	expect(duration).toContain('Seedance 2.5 C3: 4 to 29 seconds');
	expect(duration).toContain('Seedance 1.5: 4 to 12 seconds, or -1 to let the model choose');
	expect(ratio).toContain('Seedance 2.5 C1 and Seedance 2.5 C3: 1:1, 9:16, 16:9;');
	expect(resolution).toContain('Seedance 2.0 Special: 720p, 1080p, 2k, 4k');
	expect(resolution).not.toContain('Seedance 1.5');
	expect(referenceVideos).toContain('Only seedance_2_0 and seedance_2_0_fast need one');
});

test('an AI learns that each item is billed, how to wait, and where the file is', () => {
	const { searchHint } = description.builderHint ?? {};
	expect(searchHint).toContain('every video costs money');
	expect(searchHint).toContain('parked for many');
	expect(searchHint).toContain('binary field data');
});
