import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';

import { internalError } from '../core/error';
import { generalOptions, optionsField } from '../core/options';
import { errorItem } from '../core/output';
import { present } from '../core/present';
import { beginSession } from '../http/session';
import { waitingOptions } from '../waiting/options';
import { executeParkedWait, parkedWait } from '../waiting/parked';
import { hinted, hintedFields } from './builderHints';
import type { Operation, Resource } from './resource';

/** What the node's description and work derive from its resources. */
export interface Table {
	/** The Resource field, each resource's Operation field, the forms of all operations, and the Options collection. */
	fields: INodeProperties[];
	/** The node's outputs, by resource and operation: one, unless an operation says otherwise. */
	outputs: `={{ ${string} }}`;
	/** What the canvas shows under the node's name: the operation, and how it waits. */
	subtitle: `={{ ${string} }}`;
	/** What n8n shows under a title of its own, "Waiting for input", while the node is parked. */
	waitingTooltip: `={{ ${string} }}`;
	/**
	 * Does the work of the operation that the node is set to. Each item follows "On Error" by itself.
	 *
	 * @param goesOn whether "On Error" says to go on: an exception that is not of one item is then output as the error of all
	 */
	execute: (context: IExecuteFunctions, goesOn: boolean) => Promise<INodeExecutionData[][]>;
}

/** Makes a table of the node's resources, in the order of the form. */
export function tableOf(resources: readonly [Resource, ...Resource[]]): Table {
	return {
		fields: fieldsOf(resources),
		outputs: outputsOf(resources),
		subtitle: subtitleOf(resources),
		waitingTooltip: waitingTooltipOf(resources),
		execute: async (context, goesOn) => await execute(resources, context, goesOn),
	};
}

function fieldsOf(resources: readonly [Resource, ...Resource[]]): INodeProperties[] {
	const defaultResource = resources[0].option.value;
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources.map(({ option }) => option),
			default: defaultResource,
		},
		...resources.map(
			({ option, operations, defaultOperation, builderHints = {} }): INodeProperties => ({
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [option.value] } },
				options: operations.map((operation) =>
					hinted(operation.option, builderHints[operation.value]?.operation),
				),
				default: defaultOperation,
			}),
		),
		...resources.flatMap(({ operations, builderHints = {} }) =>
			operations.flatMap(({ value, fields }) => hintedFields(fields, builderHints[value])),
		),
		// The same for all resources.
		...parkedWait.fields,
		optionsField([...generalOptions, ...waitingOptions, ...resources.flatMap(({ options = [] }) => options)]),
	];
}

/** The operations of a resource, with the hidden one of its helper executions. */
function allOperations({ operations, pollable }: Resource): Array<Omit<Operation, 'fields' | 'option'>> {
	const { value, outputs } = parkedWait;
	if (!pollable) return operations;
	const hidden = {
		value,
		outputs,
		execute: async (context: IExecuteFunctions) => await executeParkedWait(context, pollable),
	};
	return [...operations, hidden];
}

const ONE_OUTPUT = `[{ type: "${NodeConnectionTypes.Main}" }]`;

function outputsOf(resources: readonly Resource[]): Table['outputs'] {
	const branches = resources.flatMap((resource) =>
		allOperations(resource).flatMap(({ value, outputs }) =>
			outputs === undefined
				? []
				: `$parameter["resource"] === "${resource.option.value}" && $parameter["operation"] === "${value}" ? ${outputs} : `,
		),
	);
	return `={{ ${branches.join('')}${ONE_OUTPUT} }}`;
}

const WAITS = { inNode: ', Wait Inside', parked: ', Parked', withWaitNode: ', Wait Node' };

function subtitleOf(resources: readonly Resource[]): Table['subtitle'] {
	// Not an object in an object: n8n ends an expression at the first two braces.
	const names = Object.fromEntries(
		resources.flatMap(({ option, operations }, index) => [
			// The node is known for its first resource.
			...operations.map((operation) => [
				`${option.value}.${operation.value}`,
				index === 0 ? operation.option.name : `${operation.option.name} ${option.name}`,
			]),
			[`${option.value}.${parkedWait.value}`, 'Parked Wait'],
		]),
	);
	return `={{ (${JSON.stringify(names)}[$parameter["resource"] + "." + $parameter["operation"]] ?? $parameter["operation"]) + (${JSON.stringify(WAITS)}[$parameter["waitUntilDone"]] ?? "") }}`;
}

function waitingTooltipOf(resources: readonly Resource[]): Table['waitingTooltip'] {
	const texts = Object.fromEntries(
		resources.flatMap(({ option, pollable }) =>
			pollable
				? [
						[
							option.value,
							`Nothing to do: ${pollable.words.underWay}, and n8n checks about once a minute. You may close this page. Stop on the canvas ends the wait.`,
						],
					]
				: [],
		),
	);
	return `={{ (${JSON.stringify(texts)})[$parameter["resource"]] ?? "" }}`;
}

async function execute(
	resources: readonly Resource[],
	context: IExecuteFunctions,
	goesOn: boolean,
): Promise<INodeExecutionData[][]> {
	const [resource, operation] = ['resource', 'operation'].map((name) => context.getNodeParameter(name, 0));
	const chosen = resources.find(({ option }) => option.value === resource);
	const work = chosen && allOperations(chosen).find(({ value }) => value === operation);
	if (!work) {
		throw new NodeOperationError(
			context.getNode(),
			`This version of the node has no operation "${String(operation)}" of the resource "${String(resource)}"`,
			{
				description: "Choose another in 'Operation', or update the node.",
				failure: { cause: 'configuration-invalid' },
			},
		);
	}
	// The helpers of a parked wait count on what n8n does with an exception of theirs.
	if (!goesOn || operation === parkedWait.value) return await work.execute(context);
	try {
		return await work.execute(context);
	} catch (error) {
		if (context.getExecutionCancelSignal()?.aborted)
			throw new NodeOperationError(context.getNode(), error as Error);
		return [await brokenItems(context, error)];
	}
}

/**
 * The items of a run that broke outside of any item. n8n would output the incoming items as if they were results, and a
 * create may have been sent.
 */
async function brokenItems(context: IExecuteFunctions, thrown: unknown): Promise<INodeExecutionData[]> {
	const session = beginSession(context);
	try {
		// Only with the credential is known what must not be shown.
		await session.credential();
		const { message } = internalError(thrown, 'in this node');
		const description =
			'If this run was to create videos, some may exist and be billed: check your GlobalAI OPC console before you run it again. Please report this with the workflow.';
		const error = present({ kind: 'internal', message, description }, session.redact);
		return context.getInputData().map((input, index) => errorItem(context, input, index, error, false));
	} finally {
		session.end();
	}
}
