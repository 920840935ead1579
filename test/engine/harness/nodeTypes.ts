import {
	NodeConnectionTypes,
	NodeHelpers,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';

import { Seedance } from '../../../nodes/Seedance/Seedance.node';

/** A node of the test's own, beside the node under test. */
export function helperNode(
	name: string,
	execute: INodeType['execute'],
	properties: INodeProperties[] = [],
): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: 'Part of a test',
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties,
		},
		execute,
	};
}

/** A node as n8n gives it to an AI agent; fields with `@tool` go by its name. */
function asTool(type: INodeType): INodeType {
	type.description.name += 'Tool';
	return type;
}

/** The node types of an engine test: the rows that come in, the node under test, what takes its items, and others. */
export function testNodeTypes(
	rows: INodeExecutionData[],
	others: Record<string, INodeType> = {},
): INodeTypes {
	const types: Record<string, INodeType> = {
		'test.rows': helperNode('rows', async () => [rows]),
		'n8n-nodes-base.executeWorkflowTrigger': helperNode('start', async function () {
			return [this.getInputData()];
		}),
		'n8n-nodes-base.stickyNote': helperNode('note', async () => []),
		'test.sink': helperNode('sink', async function () {
			return [this.getInputData()];
		}),
		'n8n-nodes-globalaiopc.seedance': new Seedance(),
		'n8n-nodes-globalaiopc.seedanceTool': asTool(new Seedance()),
		...others,
	};
	return {
		getByName: (name) => types[name] as INodeType,
		getByNameAndVersion: (name, version) =>
			NodeHelpers.getVersionedNodeType(types[name] as INodeType, version),
		getKnownTypes: () => ({}),
	};
}
