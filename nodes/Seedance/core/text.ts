/** Whether a value is an object, but not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text on one line, with its white space folded. */
export function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

/** Text cut to a number of characters. Secrets have to be removed before, or a part of one could be left. */
export function cut(text: string, longest: number): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Words as a sentence lists them, such as "A, B and C"; empty where there are none. */
export function enumeration(words: readonly string[], conjunction: 'and' | 'or'): string {
	if (words.length < 2) return words.join('');
	return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** A text that begins a sentence. */
export function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Shortest part of a key that is removed from text, in characters. Shorter parts occur in ordinary words. */
const SHORTEST_PART = 6;

/** How servers and proxies write a text that they echo: as it is, in an address, in JSON. Some escape slashes in JSON. */
const SPELLINGS: Array<(text: string) => string> = [
	(text) => text,
	encodeURIComponent,
	(text) => JSON.stringify(text).slice(1, -1),
	(text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
];

/**
 * Makes a function that removes a secret, and every part of it, from text, also where it is encoded as in an address or in
 * JSON. Servers and proxies echo requests, and may cut them anywhere.
 *
 * @param secret the API key
 * @returns the text with `***` for every run of characters that is the secret or a part of it, six at least
 */
export function redactor(secret: string): (text: string) => string {
	const length = Math.min(SHORTEST_PART, secret.length);
	const parts = new Set<string>();
	for (let start = 0; start + length <= secret.length; start++) {
		for (const spell of SPELLINGS) parts.add(spell(secret.slice(start, start + length)));
	}
	// The longest first. Of a key without special characters, all parts have one length.
	const lengths = [...new Set([...parts].map((part) => part.length))].sort((a, b) => b - a);
	return (text) => {
		let clean = '';
		let kept = 0;
		for (let start = 0; start < text.length; start++) {
			const found = lengths.find((one) => parts.has(text.slice(start, start + one)));
			if (found === undefined) continue;
			if (kept === 0 || start > kept) clean += `${text.slice(kept, start)}***`;
			kept = Math.max(kept, start + found);
		}
		return clean + text.slice(kept);
	};
}

/** What the token of a link to a file of n8n begins with: the header of a JSON Web Token, `{"alg":"`, in Base64. */
export const TOKEN_START = 'eyJhbGciOi';

const TOKEN = new RegExp(`${TOKEN_START}[\\w-]*(\\.[\\w-]*){0,2}`, 'g');

/** Takes the tokens of links out of a text, such as an API's answer that repeats an address. */
export function withoutTokens(text: string): string {
	return text.replace(TOKEN, '***');
}

/** A link to a file of n8n, up to its token. Servers that put it into another address encode it. */
const FILE_LINK = new RegExp(`(binary-data(?:/|%2F)signed(?:\\?|%3F)token(?:=|%3D))${TOKEN.source}`, 'gi');

/** Takes the tokens of links to files of n8n out of a text. Other signed addresses, such as a video's, still work. */
export function withoutFileTokens(text: string): string {
	return text.replace(FILE_LINK, '$1***');
}

/** Removes a secret from every text inside a JSON value. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return value.map((entry) => redactDeep(entry, redact));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [redact(name), redactDeep(entry, redact)]),
	);
}

/** A length of time in milliseconds, as people say it. */
export function duration(ms: number): string {
	const minutes = Math.round(ms / 60_000);
	if (minutes < 1) return `${Math.round(ms / 1000)} s`;
	if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
	const hours = Math.floor(minutes / 60);
	return minutes % 60 === 0 ? `${hours} hours` : `${hours} h ${minutes % 60} min`;
}
