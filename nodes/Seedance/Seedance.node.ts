import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { credentialTest } from './http/credentialTest';
import { searchModels } from './resources/video/create/modelFields';
import { videoPlaces } from './resources/video/endpoints';
import { resources } from './resources';

/** The ID of no task. */
const MISSING_ID = 'video_n8n-credential-test';

/** Videos of the GlobalAI OPC API (Seedance 2.5, 2.0, X1 and 1.5): is my video done, and where is it? */
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
		builderHint: {
			searchHint:
				'Makes AI videos from text or pictures. Every incoming item creates one video, and every video costs money, in a test run too. One node is enough: resource video, operation create waits until the video is done (waitUntilDone inNode for a few, parked for many or for hours) and with downloadVideo true outputs the file in the binary field data. No loop, Wait node or HTTP Request node is needed around it.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-base.limit',
					relationHint: 'Before Create: bounds how many items come in, and so how many videos are paid for',
				},
				{
					nodeType: 'n8n-nodes-base.wait',
					relationHint:
						'Only with operation get and waitUntilDone withWaitNode: from the output Still Running back to this node',
				},
			],
		},
		waitingNodeTooltip: resources.waitingTooltip,
		inputs: [NodeConnectionTypes.Main],
		outputs: resources.outputs,
		credentials: [{ name: 'globalAiOpcApi', required: true, testedBy: 'testCredential' }],
		properties: resources.fields,
	};

	methods = {
		listSearch: { searchModels },
		credentialTest: {
			testCredential: credentialTest({
				places: videoPlaces(MISSING_ID),
				missingId: MISSING_ID,
			}),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await resources.execute(this, this.continueOnFail());
	}
}
