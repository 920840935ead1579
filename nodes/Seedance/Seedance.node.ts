import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from './api/testCredential';
import { createFields } from './operations/create.fields';
import { createTasks } from './operations/create.operation';
import { getFields } from './operations/get.fields';
import { getResult } from './operations/get.operation';
import { optionsField } from './operations/options.fields';

/** One output, or two where unfinished tasks leave for a Wait node: its order is that of `getResult`. */
const OUTPUTS = `={{ $parameter["operation"] === "get" && $parameter["waitUntilDone"] === "withWaitNode"
	? [{ type: "${NodeConnectionTypes.Main}", displayName: "Done" }, { type: "${NodeConnectionTypes.Main}", displayName: "Still Running" }]
	: [{ type: "${NodeConnectionTypes.Main}" }] }}` as const;

/** Videos of the GlobalAI OPC API (Seedance 1.5): is my video done, and where is it? */
export class Seedance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance',
		name: 'seedance',
		icon: { light: 'file:seedance.svg', dark: 'file:seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"] === "create" ? "Create" : { no: "Get Result", inNode: "Get Result, Wait Inside", withWaitNode: "Get Result, Wait Node" }[$parameter["waitUntilDone"]] }}',
		description: 'Make AI videos with Seedance 1.5 on GlobalAI OPC, and get them when they are done',
		defaults: { name: 'Seedance' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUTS,
		credentials: [{ name: 'globalAiOpcApi', required: true, testedBy: 'testCredential' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Video Task', value: 'task' }],
				default: 'task',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['task'] } },
				options: [
					{
						name: 'Create',
						value: 'create',
						action: 'Create a video task',
						description: 'Order a video made from a prompt. Every video costs money.',
					},
					{
						name: 'Get Result',
						value: 'get',
						action: 'Get the result of a video task',
						description: 'Ask whether a video is done, and where it is',
					},
				],
				default: 'get',
			},
			...createFields,
			...getFields,
			optionsField,
		],
	};

	methods = { credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0);
		return operation === 'create' ? await createTasks(this) : await getResult(this);
	}
}
