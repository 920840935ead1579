import { failure, success, type Outcome } from '../api/fault';

/**
 * Checks a video's address before it is fetched.
 *
 * @param url the task's link
 * @returns the address, or an `unreadable` fault where it is not http or https
 */
export function checkAddress(url: unknown): Outcome<string> {
	if (typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url)) return success(url);
	return failure({
		kind: 'unreadable',
		message: 'The link to the video is not an http or https address, so it was not downloaded',
		description: 'GlobalAI OPC gave this link. Look at it in the task.',
	});
}
