import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { GlobalAiOpcApi } from '../../../credentials/GlobalAiOpcApi.credentials';

/**
 * The part of n8n's server that n8n-core leaves to its host, as far as this node needs it: one stored credential, and the
 * credential type's own `authenticate`.
 */
export class StoredCredentials {
	private readonly type = new GlobalAiOpcApi();

	constructor(private readonly data: ICredentialDataDecryptedObject | null) {}

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
	): Promise<IHttpRequestOptions> {
		return await this.type.authenticate(credentials, request);
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		if (!this.data) throw new Error('No credential is stored');
		return { ...this.data };
	}
}
