import type { Leaving } from './virtualEngine';
import type { Played } from './virtualRun';

/** Shortest part of a key that nobody may see, in characters. */
const SHORTEST_PART = 6;

/** Every text inside a value, names of fields included, however it is nested. */
export function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null || seen.has(value)) return [];
	seen.add(value);
	return Object.getOwnPropertyNames(value).flatMap((name) => {
		// The node's own settings, which an error of n8n carries along.
		if (name === 'node') return [];
		return [name, ...textsIn((value as Record<string, unknown>)[name], seen)];
	});
}

/** The parts of a key that texts hold, six characters in a row at least, or a shorter key itself. */
export function leaksOf(texts: string[], key: string): string[] {
	const length = Math.min(SHORTEST_PART, key.length);
	const parts = Array.from({ length: key.length - length + 1 }, (_, from) => key.slice(from, from + length));
	return texts
		.filter((text) => parts.some((part) => text.includes(part)))
		.map((text) => `the key is in: ${text.slice(0, 300)}`);
}

/** Texts that a person can't have been meant to read. */
export function nonsenseIn(texts: string[]): string[] {
	return texts
		.filter((text) => /\[object \w+\]|\bundefined\b|\bNaN\b|\[Function|=>/.test(text))
		.map((text) => `nonsense: ${text.slice(0, 300)}`);
}

/** Whether a row left as an error, wherever "On Error" sends those. */
export function isError({ output, item: { json } }: Leaving): boolean {
	const { error, details } = json;
	return output === 'error' || (typeof error === 'string' && typeof details === 'object' && details !== null);
}

/** What a person reads of a run: items' errors, and the error that stopped it. */
export function wordsOf({ leaving, error }: Played<unknown>): string[] {
	const words = leaving.filter(isError).flatMap(({ item: { json } }) => {
		const { description } = (json.details ?? {}) as { description?: unknown };
		return [json.error, description];
	});
	return [...words, error?.message, error?.description].filter(
		(text): text is string => typeof text === 'string',
	);
}

/** Everything else of a run's errors that n8n stores or shows: details, causes, stacks, lines in the console. */
export function allWordsOf({ leaving, error: stopping, consoleMessages }: Played<unknown>): string[] {
	const items = leaving.filter(isError).map(({ item: { json, error } }) => [json.error, json.details, error]);
	return textsIn([items, stopping, consoleMessages]);
}
