import {
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	NodeHelpers,
	Workflow,
} from 'n8n-workflow';

import type { Resource } from '../../../nodes/Seedance/resources/resource';
import { tableOf } from '../../../nodes/Seedance/resources/table';
import { video } from '../../../nodes/Seedance/resources/video';
import { Seedance } from '../../../nodes/Seedance/Seedance.node';
import type { Pollable } from '../../../nodes/Seedance/waiting/pollable';
import { KEY, stubContext } from '../stubContext';

/** Another resource, whose one operation has the value of one of the video's. */
const sound: Resource = {
	option: { name: 'Sound', value: 'sound' },
	operations: [
		{
			value: 'get',
			option: { name: 'Get', value: 'get' },
			fields: [],
			execute: async (context) => [[{ json: { by: context.getNode().name } }]],
		},
	],
	defaultOperation: 'get',
	options: [{ displayName: 'Max Loudness', name: 'maxLoudness', type: 'number', default: 7 }],
	pollable: {
		...(video.pollable as Pollable),
		words: { ...(video.pollable as Pollable).words, underWay: 'the sound is being mixed' },
	},
};

const { fields, outputs, subtitle, waitingTooltip, execute } = tableOf([video, sound]);
const { description } = new Seedance();

const nodeOf = (parameters: INodeParameters): INode => ({
	id: '1',
	name: 'Seedance',
	type: 'seedance',
	typeVersion: 1,
	position: [0, 0],
	parameters,
});

/** What n8n makes of an expression of the node's description. */
function evaluated(expression: string, parameters: INodeParameters): unknown {
	const node = nodeOf(parameters);
	const type = { description: { ...description, properties: [] } } as unknown as INodeType;
	const nodeTypes = { getByNameAndVersion: () => type } as unknown as INodeTypes;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	// n8n has dropped the parameters that this type does not declare.
	node.parameters = parameters;
	return workflow.expression.getSimpleParameterValue(node, expression, 'internal', {});
}

test.each<[INodeParameters, string]>([
	[{ resource: 'video', operation: 'get', waitUntilDone: 'parked' }, 'Get Result, Parked'],
	[{ resource: 'sound', operation: 'get', waitUntilDone: 'no' }, 'Get Sound'],
	[{ resource: 'sound', operation: 'parkedWait' }, 'Parked Wait'],
	[{ resource: 'picture', operation: 'draw' }, 'draw'],
])('the canvas says what %j does', (parameters, expected) => {
	expect(evaluated(subtitle, parameters)).toBe(expected);
});

test.each<[INodeParameters, number]>([
	[{ resource: 'video', operation: 'get', waitUntilDone: 'withWaitNode' }, 2],
	[{ resource: 'video', operation: 'get', waitUntilDone: 'no' }, 1],
	[{ resource: 'sound', operation: 'get', waitUntilDone: 'withWaitNode' }, 1],
	[{ resource: 'sound', operation: 'parkedWait', role: 'checker' }, 3],
])('%j has its outputs', (parameters, expected) => {
	expect(evaluated(outputs, parameters)).toHaveLength(expected);
});

test('each resource has its operations; the parameters of a parked wait are there once, and so are the options', () => {
	const shown = (parameters: INodeParameters) =>
		fields.filter((field) =>
			NodeHelpers.displayParameter(parameters, field, { typeVersion: 1 }, description),
		);
	const sounds = shown({ resource: 'sound', operation: 'get' });
	expect(sounds.map(({ name }) => name)).toEqual(['resource', 'operation', 'options']);
	expect(sounds[1]?.options).toEqual([{ name: 'Get', value: 'get' }]);
	const parked = shown({ resource: 'sound', operation: 'parkedWait' });
	expect(parked.filter(({ name }) => name === 'role')).toHaveLength(1);
});

test('the options are those of all resources, in the order of their labels', () => {
	const labels = (fields.at(-1)?.options as INodeProperties[]).map(({ displayName }) => displayName);
	expect(labels).toContain('Max Loudness');
	expect(labels).toContain('Max Video Size (MB)');
	expect(labels).toContain('Poll Interval (Seconds)');
	expect(labels).toEqual([...labels].sort());
});

test.each([
	['video', 'Nothing to do: the video is being made, and n8n checks about once a minute.'],
	['sound', 'Nothing to do: the sound is being mixed, and n8n checks about once a minute.'],
])('a parked %s tells what it waits for', (resource, expected) => {
	expect(evaluated(waitingTooltip, { resource })).toContain(expected);
});

test('the work is that of the resource and operation', async () => {
	const run = async (parameters: INodeParameters) => await execute(stubContext({ parameters }), false);
	expect(await run({ resource: 'sound', operation: 'get' })).toEqual([[{ json: { by: 'Seedance' } }]]);
	expect(await run({ resource: 'sound', operation: 'parkedWait', role: 'rehearsal' })).toHaveLength(1);
	await expect(run({ resource: 'sound', operation: 'create' })).rejects.toThrow(
		'This version of the node has no operation "create" of the resource "sound"',
	);
});

describe('an exception that is not of one item', () => {
	const broken = tableOf([
		{
			...sound,
			operations: [
				{
					value: 'get',
					option: { name: 'Get', value: 'get' },
					fields: [],
					execute: async () => {
						throw new TypeError(`It has no fields (${KEY})`);
					},
				},
			],
		},
	]);
	const more = { getInputData: () => [{ json: { row: 1 } }, { json: { row: 2 } }] };
	const run = async (goesOn: boolean, cancelSignal?: AbortSignal) => {
		const parameters = { resource: 'sound', operation: 'get' };
		return await broken.execute(stubContext({ parameters, more, cancelSignal }), goesOn);
	};

	test('stops the workflow', async () => {
		await expect(run(false)).rejects.toThrow('It has no fields');
	});

	test('is the error of every item where "On Error" says to go on, without the key', async () => {
		const json = {
			error: 'Something went wrong in this node: It has no fields (***)',
			details: { description: expect.stringContaining('some may exist and be billed') },
		};
		expect(await run(true)).toEqual([
			[
				{ json, pairedItem: { item: 0 } },
				{ json, pairedItem: { item: 1 } },
			],
		]);
	});

	test('ends an execution that the user stopped', async () => {
		await expect(run(true, AbortSignal.abort())).rejects.toThrow('It has no fields');
	});

	test('is left to n8n in a helper of a parked wait', async () => {
		const parameters = { resource: 'sound', operation: 'parkedWait', role: 'keeperEnds' };
		await expect(broken.execute(stubContext({ parameters }), true)).rejects.toThrow('keeps no memory');
	});
});
