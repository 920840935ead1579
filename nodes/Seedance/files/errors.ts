import type { ItemError } from '../core/error';

/** What a resource's files are, for requests and for the messages of errors. */
export interface FileWords {
	/** Inside a sentence: "video". */
	one: string;
	/** Media types that it may have, as a request accepts them. */
	types: string;
	/** What to do about a link that is dead. */
	deadLink: string;
	/** Label of the option that bounds its size. */
	sizeOption: string;
}

/** The error for an HTTP status of a download. */
export function fileStatusError(status: number, { one, deadLink }: FileWords): ItemError {
	if ([401, 403, 404, 410].includes(status)) {
		return {
			kind: 'notFound',
			message: `The link to the ${one} is dead (HTTP ${status})`,
			description: deadLink,
			httpStatus: status,
		};
	}
	const passes = status === 429 || status >= 500;
	return {
		kind: passes ? 'serverError' : 'rejected',
		message: `The ${one} could not be downloaded: its server answered HTTP ${status}`,
		description: passes ? 'Try again in a few minutes.' : 'Open the link in a browser to see what is wrong.',
		httpStatus: status,
	};
}

/** The error for an answer that is not the file, most likely a login or error page. */
export function notTheFile(what: string, { one }: FileWords): ItemError {
	return {
		kind: 'unreadable',
		message: `The link to the ${one} leads to ${what}, not to a ${one}`,
		description:
			'Open the link in a browser to see what it shows. A proxy or login in between is a usual cause.',
	};
}

/** The error for a file that is larger than the option that bounds it. */
export function tooLarge(
	{ one, sizeOption }: FileWords,
	maxBytes: number,
	announcedBytes?: number,
): ItemError {
	const size = announcedBytes === undefined ? 'larger' : `${megabytes(announcedBytes)} MB, larger`;
	return {
		kind: 'tooLarge',
		message: `The ${one} is ${size} than the ${megabytes(maxBytes)} MB that are allowed`,
		description: `Raise '${sizeOption}' under 'Options' if you want files of this size.`,
	};
}

/** The error for a connection that broke and could not be resumed. */
export function brokenDownload({ one }: FileWords, bytes: number, reason: string): ItemError {
	return {
		kind: 'connection',
		message: `The download of the ${one} broke after ${megabytes(bytes)} MB`,
		description: `It was tried again as often as 'Max Retries' allows. Try again later, or raise 'Max Retries' under 'Options'. (${reason})`,
	};
}

/** The error for a link that is no address. */
export function noAddress({ one }: FileWords): ItemError {
	return {
		kind: 'unreadable',
		message: `The link to the ${one} is not an http or https address, so it was not downloaded`,
		description: 'GlobalAI OPC gave this link.',
	};
}

/** The error for a file that n8n did not take. */
export function storeError({ one }: FileWords, thrown: unknown): ItemError {
	return {
		kind: 'storage',
		message: `The ${one} could not be put into n8n's storage`,
		description: `Check that n8n's disk or storage has room. (${thrown instanceof Error ? thrown.message : String(thrown)})`,
	};
}

/** Why a connection was closed that delivered no byte within the time limit. */
export function silentFor(timeoutMs: number): string {
	return `The file's server sent nothing for ${timeoutMs / 1000} s`;
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1, useGrouping: false });
}
