import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { failure, success, type Outcome } from './fault';

/** Name of the credential type, as stored in workflows. */
export const CREDENTIAL_NAME = 'globalAiOpcApi';

/** Base URL and key, ready to use. */
export interface Access {
	/** Absolute http(s) address without a slash at its end. */
	baseUrl: string;
	/** The bare key, without "Bearer ". */
	apiKey: string;
}

// What a header value may hold, less the blank: RFC 9110 section 5.5, visible ASCII.
const KEY_PATTERN = /^[\x21-\x7e]+$/;

const HOW_TO_MEND_KEY =
	'Open the "GlobalAI OPC API" credential, paste the key from your GlobalAI OPC console again, and save it.';

/**
 * Reads the credential as the user saved it. Blanks around the key, a pasted "Bearer " before it and slashes
 * at the end of the base URL are forgiven.
 *
 * @returns the access, or a `badCredential` fault that says what is wrong with which field
 */
export function readAccess(credential: ICredentialDataDecryptedObject): Outcome<Access> {
	const apiKey = text(credential.apiKey).replace(/^bearer\s+/i, '');
	if (apiKey === '' || /^bearer$/i.test(apiKey)) {
		return badCredential('The credential holds no API key', HOW_TO_MEND_KEY);
	}
	if (!KEY_PATTERN.test(apiKey)) {
		return badCredential(
			"The API key in the credential can't be right: it holds a blank, a line break or a letter no key has",
			HOW_TO_MEND_KEY,
		);
	}

	const baseUrl = text(credential.baseUrl).replace(/\/+$/, '');
	if (!isHttpUrl(baseUrl)) {
		return badCredential(
			'The Base URL in the credential is not an http or https address',
			'Open the "GlobalAI OPC API" credential and set Base URL to an address that starts with https://, or put its default back.',
		);
	}
	return success({ baseUrl, apiKey });
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

function isHttpUrl(value: string): boolean {
	return /^https?:\/\//i.test(value) && URL.canParse(value);
}

function badCredential(message: string, description: string): Outcome<Access> {
	return failure({ kind: 'badCredential', message, description });
}
