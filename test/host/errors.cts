/** The end of what a program has written, for a message. */
export function lastLines(text: string, count = 20): string {
	return text.trim().split('\n').slice(-count).join('\n');
}

/**
 * Something that keeps the n8n host from working and that whoever runs it can put right.
 * `message` is one clear line that says what happened and what to do; `code` tells the cases apart.
 */
export class HostError extends Error {
	readonly code: string;

	constructor(message: string, { code = 'HOST', cause }: { code?: string; cause?: unknown } = {}) {
		super(message, { cause });
		this.name = 'HostError';
		this.code = code;
	}
}
