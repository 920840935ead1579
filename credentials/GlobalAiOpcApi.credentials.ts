import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

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
			description: 'The key from your GlobalAI OPC console',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://zcbservice.aizfw.cn/kyyReactApiServer',
			description: 'The address of the API. Change it only if GlobalAI OPC gave you another one.',
		},
	];

	// The same forgiveness as `readAccess` in the node: blanks around the key and a pasted "Bearer ".
	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				Authorization: '=Bearer {{ $credentials.apiKey.trim().replace(/^bearer\\s+/i, "") }}',
			},
		},
	};
}
