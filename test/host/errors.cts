/** The end of what a program has written, for a message. */
export function lastLines(text: string, count = 20): string {
	return text.trim().split('\n').slice(-count).join('\n');
}

/** Something that the person who runs this can put right: one clear line that says what happened and what to do. */
export class HostError extends Error {
	override readonly name = 'HostError';
}
