import { success } from '../../../nodes/Seedance/core/error';
import type { Session } from '../../../nodes/Seedance/http/session';
import { sharedByAttempts } from '../../../nodes/Seedance/core/attempt';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import { ask, type ItemQuery } from '../../../nodes/Seedance/waiting/query';
import type { Pollable } from '../../../nodes/Seedance/waiting/pollable';
import { finish, NOW, useClock } from '../clock';
import { KEY, stubContext } from '../stubContext';

useClock();

const WAIT = {
	tier: 'online',
	giveUpAfterMs: 600_000,
	pollIntervalMs: 10_000,
	ifTaskFails: 'error',
} as const;

/** Something without a file, that is done at the second status check. */
const pollableSound: Pollable = {
	...pollableVideo,
	stateOf: ({ status }) => (status === 'ready' ? 'done' : 'running'),
	fetchFile: undefined,
	words: { ...pollableVideo.words, one: 'sound', many: 'sounds', results: 'sounds' },
};

const SETTINGS = { requestTimeoutMs: 1000, maxRetries: 0, maxConcurrency: 1 };

test('a wait says what it waits for, without the key, and one without a file is answered without one', async () => {
	const statuses = [`mixing for ${KEY}`, 'ready'];
	const client = { call: async () => success({ id: 's1', status: statuses.shift() }) };
	const session = {
		shared: sharedByAttempts(undefined),
		signal: new AbortController().signal,
		client: async () => success(client),
		redact: (text: string) => text.replaceAll(KEY, '***'),
	} as unknown as Session;
	const shown: string[] = [];
	const logged: unknown[][] = [];
	const logger = { info: (...line: unknown[]) => logged.push(line) };
	const more = { sendMessageToUI: (line: string) => shown.push(line), logger };
	const query: ItemQuery['query'] = { id: 's1', inNode: true, maxBytes: 1, wait: WAIT };
	const asked = ask(stubContext({ more }), session, pollableSound, { query, settings: SETTINGS });
	expect(await finish(asked)).toEqual(success({ value: { id: 's1', status: 'ready' } }));
	const next = new Date(NOW + 10_000).toISOString();
	const line = `Sound "s1": mixing for *** after 1 status check(s), next at ${next}`;
	expect(shown).toEqual([line]);
	const giveUpAt = new Date(NOW + 600_000).toISOString();
	const facts = { id: 's1', status: 'mixing for ***', attempt: 1, nextPollAt: next, giveUpAt };
	expect(logged).toEqual([[line, facts]]);
});
