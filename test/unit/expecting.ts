import fc from 'fast-check';

import { KEY } from './stubContext';

// The same examples each time; without it, others: change it to look for more.
fc.configureGlobal({ seed: 20_261_124 });

export { fc };

/** Any text that holds these words. */
export const containing = (words: string): unknown => expect.stringContaining(words);

/** Any text that looks so. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** Expects that a text holds no part of the key, six characters at least. */
export function expectHidden(text: string, key = KEY): void {
	for (let start = 0; start + 6 <= key.length; start++)
		expect(text).not.toContain(key.slice(start, start + 6));
}

/** Follows who begins to listen to a signal, and who ends it. */
export function listenersOf(signal: AbortSignal) {
	return {
		added: jest.spyOn(signal, 'addEventListener'),
		removed: jest.spyOn(signal, 'removeEventListener'),
	};
}
