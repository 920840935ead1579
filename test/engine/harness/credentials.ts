import {
	ICredentialsHelper,
	type IAuthenticateGeneric,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
	type Workflow,
} from 'n8n-workflow';

import { GlobalAiOpcApi } from '../../../credentials/GlobalAiOpcApi.credentials';

/**
 * The part of n8n's server that n8n-core leaves to its host: one stored credential, and the credential type's
 * own `authenticate`, its expressions resolved by n8n's expression engine.
 */
export class StoredCredentials extends ICredentialsHelper {
	private readonly type = new GlobalAiOpcApi();

	constructor(private readonly data: ICredentialDataDecryptedObject | null) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		request: IHttpRequestOptions,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const { headers } = (this.type.authenticate as IAuthenticateGeneric).properties;
		for (const [name, value] of Object.entries(headers ?? {})) {
			const resolved = workflow.expression.getSimpleParameterValue(
				node,
				value as string,
				'internal',
				{ $credentials: credentials },
				undefined,
				'',
			);
			request.headers = { ...request.headers, [name]: String(resolved) };
		}
		return request;
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('A node never sees a stored credential');
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		if (!this.data) throw new Error('No credential is stored');
		return { ...this.data };
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(): INodeProperties[] {
		return this.type.properties;
	}
}
