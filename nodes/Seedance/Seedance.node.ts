import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { credentialTest } from './http/credentialTest';
import { getVideo } from './resources/video/endpoints';
import { resources } from './resources';
import { optionsField } from './core/options';

/** Videos of the GlobalAI OPC API (Seedance 1.5, 2.0 and X1): is my video done, and where is it? */
export class Seedance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance',
		name: 'seedance',
		icon: { light: 'file:seedance.svg', dark: 'file:seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: resources.subtitle,
		description: 'Make AI videos with Seedance on GlobalAI OPC, and get them when they are done',
		defaults: { name: 'Seedance' },
		usableAsTool: true,
		// n8n shows it under a title of its own, "Waiting for input".
		waitingNodeTooltip:
			'Nothing to do: the video is being made, and n8n checks about once a minute. You may close this page. Stop on the canvas ends the wait.',
		inputs: [NodeConnectionTypes.Main],
		outputs: resources.outputs,
		credentials: [{ name: 'globalAiOpcApi', required: true, testedBy: 'testCredential' }],
		properties: [...resources.fields, optionsField],
	};

	methods = {
		credentialTest: {
			testCredential: credentialTest({ endpoint: getVideo, missingId: 'video_n8n-credential-test' }),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await resources.execute(this);
	}
}
