import type { TaskError } from '../core/error';

/** The error for an HTTP status of a download. */
export function videoStatusError(status: number): TaskError {
	if ([401, 403, 404, 410].includes(status)) {
		return {
			kind: 'notFound',
			message: `The link to the video is dead (HTTP ${status})`,
			description:
				'Videos are deleted one day after their task was created, and links may end earlier. Download the video right after it is done, or create it again.',
			httpStatus: status,
		};
	}
	const passes = status === 429 || status >= 500;
	return {
		kind: passes ? 'serverError' : 'rejected',
		message: `The video could not be downloaded: its server answered HTTP ${status}`,
		description: passes ? 'Try again in a few minutes.' : 'Open the link in a browser to see what is wrong.',
		httpStatus: status,
	};
}

/** The error for an answer that is not a video, most likely a login or error page. */
export function notAVideo(what: string): TaskError {
	return {
		kind: 'unreadable',
		message: `The link to the video leads to ${what}, not to a video`,
		description:
			'Open the link in a browser to see what it shows. A proxy or login in between is a usual cause.',
	};
}

/** The error for a video that is larger than Max Video Size. */
export function tooLarge(maxBytes: number, announcedBytes?: number): TaskError {
	const size = announcedBytes === undefined ? 'larger' : `${megabytes(announcedBytes)} MB, larger`;
	return {
		kind: 'tooLarge',
		message: `The video is ${size} than the ${megabytes(maxBytes)} MB that are allowed`,
		description: "Raise 'Max Video Size' under 'Options' if you want files of this size.",
	};
}

/** The error for a connection that broke and could not be resumed. */
export function brokenDownload(bytes: number, reason: string): TaskError {
	return {
		kind: 'connection',
		message: `The download of the video broke after ${megabytes(bytes)} MB`,
		description: `It was tried again as often as 'Max Retries' allows. Try again later, or raise 'Max Retries' under 'Options'. (${reason})`,
	};
}

/** Why a connection was closed that delivered no byte within the time limit. */
export function silentFor(timeoutMs: number): string {
	return `The server of the video sent nothing for ${timeoutMs / 1000} s`;
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1, useGrouping: false });
}
