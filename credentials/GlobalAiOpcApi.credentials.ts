import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { bareKey, DEFAULT_BASE_URL } from '../nodes/Seedance/http/credential';

/** Key and server of the GlobalAI OPC API. Its test is the node's `testCredential`. */
export class GlobalAiOpcApi implements ICredentialType {
	name = 'globalAiOpcApi';

	displayName = 'GlobalAI OPC API';

	icon: Icon = { light: 'file:globalAiOpcApi.svg', dark: 'file:globalAiOpcApi.dark.svg' };

	documentationUrl = 'https://github.com/globalaiopc/n8n-nodes-globalaiopc#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'The key that GlobalAI OPC gave you',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description: `The address of the API. Change it only if GlobalAI OPC gave you another one; empty means ${DEFAULT_BASE_URL}.`,
		},
	];

	/** Puts the key into a request. A function, since n8n evaluates an expression in a sandbox, for every request anew. */
	authenticate = async (
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => ({
		...request,
		headers: { ...request.headers, Authorization: `Bearer ${bareKey(apiKey)}` },
	});
}
