import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { failure, type Result, success } from '../core/error';

/** Name of the credential type, as stored in workflows. */
export const CREDENTIAL_NAME = 'globalAiOpcApi';

/** The vendor's server; what an empty Base URL means. */
export const DEFAULT_BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

const VENDOR = new URL(DEFAULT_BASE_URL);

/** The end of messages about the Base URL. */
export const WHICH_DEFAULT = `The default is ${DEFAULT_BASE_URL}, and an empty field means it.`;

/** Base URL and key, ready to use. */
export interface Credential {
	/** Absolute http(s) address without a slash at its end. */
	baseUrl: string;
	/** The bare key, without "Bearer ". */
	apiKey: string;
}

/** A credential in use. */
export interface Access extends Credential {
	/** Takes the key, and every part of it, out of text. */
	redact: (text: string) => string;
}

// Visible ASCII: RFC 9110 section 5.5 allows these and spaces in a header value.
const KEY_PATTERN = /^[\x21-\x7e]+$/;

const HOW_TO_MEND_KEY =
	"Open the 'GlobalAI OPC API' credential, paste the key from your GlobalAI OPC console into 'API Key', and save it.";

/**
 * Reads the credential as the user saved it. Spaces around the key and a pasted "Bearer " before it are removed, and slashes
 * and the path of a call at the end of the base URL; an empty base URL, and the vendor's bare host, mean the vendor's.
 *
 * @returns the access, or a `badCredential` error that says what is wrong with which field
 */
export function readCredential(credential: ICredentialDataDecryptedObject): Result<Credential> {
	const apiKey = bareKey(credential.apiKey);
	if (apiKey === '' || /^bearer$/i.test(apiKey)) {
		return badCredential('The credential has no API key', HOW_TO_MEND_KEY);
	}
	if (!KEY_PATTERN.test(apiKey)) {
		return badCredential(
			'The API key contains a space, a line break or another invalid character',
			HOW_TO_MEND_KEY,
		);
	}

	const baseUrl = bareBaseUrl(text(credential.baseUrl)) || DEFAULT_BASE_URL;
	if (!isHttpUrl(baseUrl)) {
		return badCredential(
			"The 'Base URL' in the credential is not an http or https address",
			`Open the 'GlobalAI OPC API' credential and set 'Base URL' to an address that starts with https://. ${WHICH_DEFAULT}`,
		);
	}
	if (!isProtected(new URL(baseUrl))) {
		return badCredential(
			"The 'Base URL' in the credential begins with http://, so your API key would travel unprotected",
			"Open the 'GlobalAI OPC API' credential and let 'Base URL' begin with https://. Plain http is for servers on this machine or in your own network.",
		);
	}
	return success({ baseUrl, apiKey });
}

/** The ends of addresses that people paste: those of the API's calls, whole or in part. */
const CALL = /\/+v[12](\/+(result|model-center|seedance[\w-]*|kyyvideo2)(\/.*)?)?$/i;

/**
 * The base URL that is meant by what people paste: without slashes at its end, and without the path of a call. At the
 * vendor's own host, every path means the vendor's prefix.
 */
function bareBaseUrl(pasted: string): string {
	const address = pasted.startsWith(VENDOR.host) ? `${VENDOR.protocol}//${pasted}` : pasted;
	if (isHttpUrl(address) && new URL(address).origin === VENDOR.origin) return DEFAULT_BASE_URL;
	return pasted.replace(/\/+$/, '').replace(CALL, '').replace(/\/+$/, '');
}

/** The key without spaces around it and without a pasted "Bearer ". */
export function bareKey(apiKey: unknown): string {
	return text(apiKey).replace(/^bearer\s+/i, '');
}

/** Host names of local servers: of one word, as Docker has them, or reserved for local use. */
const LOCAL_NAME = /^[^.]+\.?$|\.(localhost|local|internal|lan|home\.arpa)\.?$/;

/** This machine, private, link-local and loopback addresses: RFC 1122, RFC 1918, RFC 3927; RFC 4193, RFC 4291. */
const LOCAL_IPV4 = /^(0|10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./;
const LOCAL_IPV6 = /^\[(::1?\]|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/;

/** An IPv4 address within an IPv6 one (RFC 4291 section 2.5.5.2), as a URL writes it. */
const MAPPED_IPV4 = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/;

/** Whether an address leads to this machine or into its private network, which internet servers can't reach. */
export function isLocal({ hostname }: URL): boolean {
	if (/^[\d.]+$/.test(hostname)) return LOCAL_IPV4.test(hostname);
	if (!hostname.startsWith('[')) return LOCAL_NAME.test(hostname);
	const [, ...halves] = MAPPED_IPV4.exec(hostname) ?? [];
	if (halves.length === 0) return LOCAL_IPV6.test(hostname);
	const bytes = halves.flatMap((half) => [parseInt(half, 16) >> 8, parseInt(half, 16) & 255]);
	return LOCAL_IPV4.test(bytes.join('.'));
}

/** Whether a key may be sent there: by https, or within the private network. */
function isProtected(url: URL): boolean {
	return url.protocol === 'https:' || isLocal(url);
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

function isHttpUrl(value: string): boolean {
	if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
	// Paths are appended to it.
	const { search, hash } = new URL(value);
	return search === '' && hash === '';
}

function badCredential(message: string, description: string): Result<Credential> {
	return failure({ kind: 'badCredential', message, description });
}
