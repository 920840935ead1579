import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { description as create } from './video/create/fields';
import { execute as executeCreate } from './video/create/execute';
import { description as get } from './video/get/fields';
import { execute as executeGet } from './video/get/execute';
import { pollableVideo } from './video/pollable';
import { executeParkedWait, parkedWait } from '../waiting/parked';

/** What an operation consists of: a folder beside this file, and a line in `OPERATIONS`. */
interface Operation {
	/** Value of the parameter `operation`. */
	value: string;
	/** Its entry in the Operation field; left out where the form doesn't offer it. */
	option?: INodePropertyOptions;
	/** The node's outputs: a JavaScript expression over `$parameter`; left out where there is one. */
	outputs?: string;
	/** Its part of the form, without what the operations share. */
	fields: INodeProperties[];
	/** Its work: the items that leave, for each output. */
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
}

/** All operations, in the order of the form. */
const OPERATIONS: Operation[] = [
	{ ...create, value: create.option.value, execute: executeCreate },
	{ ...get, value: get.option.value, execute: executeGet },
	{ ...parkedWait, execute: async (context) => await executeParkedWait(context, pollableVideo) },
];

/** The entries of the Operation field. */
export const operationOptions = OPERATIONS.flatMap(({ option }) => option ?? []);

/** The forms of all operations; each shows itself for its own. */
export const operationFields = OPERATIONS.flatMap(({ fields }) => fields);

/** Does the work of the operation that the node is set to. */
export async function executeOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const chosen = context.getNodeParameter('operation', 0);
	const { execute } = OPERATIONS.find(({ value }) => value === chosen) ?? { execute: executeGet };
	return await execute(context);
}

/** The node's outputs, by operation: one where an operation says nothing else. */
export const operationOutputs = `={{ ${OPERATIONS.map(({ value, outputs }) =>
	outputs === undefined ? '' : `$parameter["operation"] === "${value}" ? ${outputs} : `,
).join('')}[{ type: "${NodeConnectionTypes.Main}" }] }}` as const;
