import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';

import type { Operation } from './resource';
import { video } from './video';

/** All resources, in the order of the form. */
const RESOURCES = [video];

/** The Resource field, each resource's Operation field, and the forms of all operations. */
export const resourceFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: RESOURCES.map(({ option }) => option),
		default: 'video',
	},
	...RESOURCES.map(
		({ option, operations, defaultOperation }): INodeProperties => ({
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [option.value] } },
			options: operations.flatMap((operation) => operation.option ?? []),
			default: defaultOperation,
		}),
	),
	...RESOURCES.flatMap(({ operations }) => operations.flatMap(({ fields }) => fields)),
];

/** Does the work of the operation that the node is set to. */
export async function executeOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const [resource, operation] = ['resource', 'operation'].map((name) => context.getNodeParameter(name, 0));
	const chosen = RESOURCES.find(({ option }) => option.value === resource)?.operations.find(
		({ value }) => value === operation,
	);
	if (chosen) return await chosen.execute(context);
	throw new NodeOperationError(
		context.getNode(),
		`This version of the node has no operation "${String(operation)}" of the resource "${String(resource)}"`,
		{ description: "Choose another in 'Operation', or update the node." },
	);
}

const ONE_OUTPUT = `[{ type: "${NodeConnectionTypes.Main}" }]`;

const outputsOf = (resource: string, { value, outputs }: Operation) =>
	outputs === undefined
		? ''
		: `$parameter["resource"] === "${resource}" && $parameter["operation"] === "${value}" ? ${outputs} : `;

const allOutputs = RESOURCES.flatMap(({ option, operations }) =>
	operations.map((operation) => outputsOf(option.value, operation)),
);

/** The node's outputs, by resource and operation: one, unless an operation says otherwise. */
export const outputs = `={{ ${allOutputs.join('')}${ONE_OUTPUT} }}` as const;

const NAMES = Object.fromEntries(
	RESOURCES.flatMap(({ operations }) =>
		operations.map(({ value, option }) => [value, option?.name ?? 'Parked Wait']),
	),
);
const WAITS = { inNode: ', Wait Inside', parked: ', Parked', withWaitNode: ', Wait Node' };

/** What the canvas shows under the node's name: the operation, and how it waits. */
export const subtitle =
	`={{ (${JSON.stringify(NAMES)}[$parameter["operation"]] ?? $parameter["operation"]) + (${JSON.stringify(WAITS)}[$parameter["waitUntilDone"]] ?? "") }}` as const;
