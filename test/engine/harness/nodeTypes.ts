import {
	NodeConnectionTypes,
	NodeHelpers,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';

import { Seedance } from '../../../nodes/Seedance/Seedance.node';

/** Brings the rows of a test into the workflow. */
class Rows implements INodeType {
	description = {
		displayName: 'Rows',
		name: 'rows',
		icon: 'file:rows.svg' as const,
		group: ['trigger' as const],
		version: 1,
		description: 'Rows of a test',
		defaults: { name: 'Rows' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	execute: INodeType['execute'];

	constructor(rows: INodeExecutionData[]) {
		this.execute = async () => [rows];
	}
}

/** The node types of an engine test: the rows and the node under test. */
export function testNodeTypes(rows: INodeExecutionData[]): INodeTypes {
	const types: Record<string, INodeType> = {
		'test.rows': new Rows(rows),
		'n8n-nodes-globalaiopc.seedance': new Seedance(),
	};
	return {
		getByName: (name) => types[name] as INodeType,
		getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(types[name] as INodeType, version),
		getKnownTypes: () => ({}),
	};
}
