import fc from 'fast-check';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { Seedance } from '../../nodes/Seedance/Seedance.node';
import { ON_ERROR } from './harness/engine';
import { lostOrDoubled } from './harness/invariants';
import { seedProperties } from './harness/seed.cts';
import { onVirtualClock } from './harness/virtualClock.cts';
import { createRun, createViolations, playCreate } from './harness/virtualCreate';
import {
	apiKey,
	createBodies,
	fuzzedReply,
	junkRow,
	knownCases,
	queryBodies,
	type FuzzedReply,
} from './harness/virtualFuzz';
import { getRun, getViolations, jump, playGet, stoppableRun, waitingRun } from './harness/virtualGet';
import { json } from './harness/virtualReplies';
import {
	commonViolations,
	expectNone,
	MINUTE,
	NOW,
	PLAIN_RUN,
	play,
	violationsOfAll,
	type CommonRun,
	type Played,
} from './harness/virtualRun';
import { VirtualServer, type LoggedRequest } from './harness/virtualServer';
import { isError, leaksOf, nonsenseIn } from './harness/virtualWords';

// Other cases in every run, so that few are enough; raise numRuns to look for more.
seedProperties();

/** Some time within a run, in milliseconds. */
const moment = fc.integer({ min: 1, max: 10 * MINUTE });

/** What goes on after the user has pressed Stop. */
function stopViolations(run: CommonRun, played: Played<unknown>, stopAfterMs: number): string[] {
	const violations = commonViolations({ ...run, onError: 'stopWorkflow' }, played);
	const late = played.endedSteady - stopAfterMs;
	if (late > 1000) violations.push(`it ends ${late} ms after the stop`);
	if (played.log.some(({ steady }) => steady > stopAfterMs))
		violations.push('something is asked after the stop');
	return violations;
}

describe('Get Result', () => {
	test('whatever is answered', async () => {
		await fc.assert(
			fc.asyncProperty(getRun, async (run) => {
				const played = await playGet(run);
				expectNone(getViolations(run, played), played);
			}),
			{ numRuns: 80 },
		);
	});

	test('whatever the clock does', async () => {
		await fc.assert(
			fc.asyncProperty(waitingRun, fc.array(jump, { minLength: 1, maxLength: 3 }), async (run, jumps) => {
				const played = await playGet(run, { jumps });
				expectNone(getViolations(run, played, jumps), played);
			}),
			{ numRuns: 50 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(stoppableRun, moment, async (anyRun, stopAfterMs) => {
				// n8n's own wait between two tries can't be stopped.
				const run = { ...anyRun, tries: 1 };
				const played = await playGet(run, { stopAfterMs });
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 30 },
		);
	});
});

describe('Create', () => {
	test('whatever is answered, in every try', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, async (run) => {
				const played = await playCreate(run);
				expectNone(createViolations(run, played), played);
			}),
			{ numRuns: 120 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, moment, async (anyRun, stopAfterMs) => {
				const run = { ...anyRun, tries: 1 };
				const played = await playCreate(run, stopAfterMs);
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 30 },
		);
	});
});

/** The most of an answer that is read: the bound of 1 MB, what Node.js reads ahead, and a chunk. */
const MOST_BYTES = 1_000_000 + 3 * 65_536;

const FUZZED = 'video_fuzzed';
const HEALTHY = 'video_healthy';

const SOME_KEY = ['sk', 'FUZZ', '0123456789abcdefXYZ'].join('-');

const onError = fc.constantFrom(...ON_ERROR);

/** Names of everything that all objects share: nothing may be added. */
const SHARED = [Object.prototype, Array.prototype, Function.prototype];
const sharedNames = () => SHARED.map((shared) => Object.getOwnPropertyNames(shared).join());

interface FuzzRun {
	key: string;
	rows: IDataObject[];
	parameters: INodeParameters;
	onError: OnError;
	reply: (request: { kind: string; subject: string; count: number }) => FuzzedReply | undefined;
	healthy: (subject: string) => object;
}

/** Runs the node with one row that meets a spoiled answer, and one beside it that doesn't. */
async function violationsOf({
	key,
	rows,
	parameters,
	onError: whenFailing,
	reply,
	healthy,
}: FuzzRun): Promise<string[]> {
	const before = sharedNames();
	const run = { ...PLAIN_RUN, apiKey: key, onError: whenFailing };
	const played = await play(run, rows, parameters, (request) => ({
		reply: reply(request)?.make(key) ?? json(200, healthy(request.subject)),
		note: null,
	}));
	const { leaving, error, log } = played;
	const violations = [...violationsOfAll(played, key), ...harmViolations(log, before)];
	// What n8n has to store.
	JSON.stringify(leaving);
	if (error) {
		if (!error.message) violations.push('the error has no words');
		return whenFailing === 'stopWorkflow' ? violations : [...violations, `it throws: ${error.stack ?? ''}`];
	}
	violations.push(...lostOrDoubled(leaving, rows.length));
	for (const one of leaving) {
		const { json: fields } = one.item;
		if (Object.getPrototypeOf(fields) !== Object.prototype) violations.push('an item with another prototype');
		if (isError(one)) {
			if (typeof fields.error !== 'string' || fields.error === '') violations.push('an error without words');
			if (rows.length > 1 && one.row === 1)
				violations.push(`the row beside it is harmed: ${String(fields.error)}`);
		} else if (
			typeof fields.id !== 'string' ||
			(parameters.operation === 'get' && typeof fields.status !== 'string')
		) {
			violations.push(`neither a task nor an error: ${JSON.stringify(fields).slice(0, 300)}`);
		}
	}
	return violations;
}

/** Too much that was read, and objects that everything else relies on. */
function harmViolations(log: Array<LoggedRequest<unknown>>, before: string[]): string[] {
	const tooMuch = log.filter(({ pulled }) => pulled > MOST_BYTES);
	const violations = tooMuch.map(({ pulled }) => `${pulled} bytes are read`);
	return sharedNames().join() === before.join() ? violations : [...violations, 'a prototype is changed'];
}

const none = (violations: string[]) => expect([...new Set(violations)]).toEqual([]);

const task = (id: string) => ({
	id,
	status: 'completed',
	video_url: 'https://files.example/good.mp4',
	created: NOW / 1000,
});

describe('answers to a status check', () => {
	const always = { operation: 'get', taskId: '={{ $json.id }}', giveUpAfter: 5 };
	const parameters = fc.record({
		waitUntilDone: fc.constantFrom('no', 'inNode', 'withWaitNode'),
		options: fc.record({
			maxRetries: fc.integer({ min: 0, max: 2 }),
			includeInput: fc.boolean(),
			ifTaskFails: fc.constantFrom('error', 'output'),
			requestTimeout: fc.constantFrom(5, 600),
		}),
	});

	test('are a task or an error with words', async () => {
		const options = { maxRetries: 0, includeInput: false, ifTaskFails: 'error', requestTimeout: 5 };
		const waiting = { waitUntilDone: 'inNode', options };
		const known = Object.values(knownCases(FUZZED));
		const replies = fc.array(fuzzedReply(queryBodies(FUZZED)), { minLength: 1, maxLength: 4 });
		await fc.assert(
			fc.asyncProperty(apiKey, replies, parameters, onError, async (key, answers, chosen, whenFailing) => {
				none(
					await violationsOf({
						key,
						rows: [{ id: FUZZED }, { id: HEALTHY }],
						parameters: { ...always, ...chosen },
						onError: whenFailing,
						reply: ({ subject, count }) => (subject === FUZZED ? answers[count % answers.length] : undefined),
						healthy: task,
					}),
				);
			}),
			{ numRuns: 100, examples: known.map((reply) => [SOME_KEY, [reply], waiting, 'continueErrorOutput']) },
		);
	});

	test("rows of any kind, as from a user's own nodes", async () => {
		await fc.assert(
			fc.asyncProperty(
				apiKey,
				junkRow(FUZZED),
				parameters,
				onError,
				async (key, row, chosen, whenFailing) => {
					const running = { ...task(FUZZED), status: 'processing', video_url: null };
					none(
						await violationsOf({
							key,
							rows: [row, { id: HEALTHY }],
							parameters: { ...always, ...chosen },
							onError: whenFailing,
							reply: () => undefined,
							healthy: (subject) => (subject === HEALTHY ? task(subject) : { ...running, id: subject }),
						}),
					);
				},
			),
			{ numRuns: 60 },
		);
	});

	test('files and their links', async () => {
		const file = fuzzedReply([{ not: 'a video' }, 'text', { id: 1 }]);
		const link = fuzzedReply(queryBodies(FUZZED).slice(1, 2));
		const options = { maxRetries: 1, maxVideoSize: 2, requestTimeout: 5 };
		await fc.assert(
			fc.asyncProperty(apiKey, link, file, onError, async (key, linked, filed, whenFailing) => {
				none(
					await violationsOf({
						key,
						rows: [{ id: FUZZED }],
						parameters: { ...always, waitUntilDone: 'no', downloadVideo: true, options },
						onError: whenFailing,
						reply: ({ kind }) => (kind === 'file' ? filed : linked),
						healthy: task,
					}),
				);
			}),
			{ numRuns: 60 },
		);
	});
});

test('answers to a create are a task or an error with words', async () => {
	const prompt = (name: string) => `Prompt of ${name}`;
	await fc.assert(
		fc.asyncProperty(
			apiKey,
			fc.array(fuzzedReply(createBodies(FUZZED)), { minLength: 1, maxLength: 3 }),
			onError,
			fc.integer({ min: 0, max: 2 }),
			async (key, answers, whenFailing, maxRetries) => {
				const options = { maxRetries, requestTimeout: 20 };
				none(
					await violationsOf({
						key,
						rows: [{ name: FUZZED }, { name: HEALTHY }],
						parameters: {
							operation: 'create',
							waitUntilDone: 'no',
							prompt: '=Prompt of {{ $json.name }}',
							options,
						},
						onError: whenFailing,
						reply: ({ subject, count }) =>
							subject === prompt(FUZZED) ? answers[count % answers.length] : undefined,
						healthy: () => ({ id: HEALTHY, status: 'queued' }),
					}),
				);
			},
		),
		{ numRuns: 80 },
	);
});

describe('the test of a credential', () => {
	const press = async (key: string, data: IDataObject, reply: FuzzedReply): Promise<string[]> => {
		const before = sharedNames();
		return await onVirtualClock({ now: NOW, seed: 1 }, async (clock) => {
			const server = new VirtualServer(clock, key, () => ({ reply: reply.make(key), note: null }));
			const { credentialTest } = new Seedance().methods;
			const context = { helpers: { request: server.legacy } } as never;
			const { status, message } = await credentialTest.testCredential.call(context, {
				id: '1',
				name: 'GlobalAI OPC',
				type: 'globalAiOpcApi',
				data: data as never,
			});
			const violations = [
				...harmViolations(server.log, before),
				...leaksOf([message], key),
				...nonsenseIn([message]),
			];
			if (clock.spun) violations.push('a loop without a pause');
			if (server.log.some(({ ended }) => ended === undefined)) violations.push('a request outlives it');
			if (!['OK', 'Error'].includes(status) || message === '')
				violations.push(`it says ${status} ${message}`);
			if (clock.steady() > 16_000) violations.push(`it takes ${clock.steady()} ms`);
			return violations;
		});
	};

	test('says OK or what is wrong, whatever is answered', async () => {
		const known = Object.values(knownCases('video_n8n-credential-test'));
		await fc.assert(
			fc.asyncProperty(apiKey, fuzzedReply(queryBodies('video_n8n-credential-test')), async (key, reply) => {
				none(await press(key, { apiKey: ` Bearer ${key} `, baseUrl: 'https://api.example/base/' }, reply));
			}),
			{ numRuns: 120, examples: known.map((reply) => [SOME_KEY, reply]) },
		);
	});

	test('says so of whatever is saved', async () => {
		const addresses = ['https://', 'http://api.example', 'https://a.example/?q', 'https://[::1]:99999'];
		const saved = fc.oneof(fc.constantFrom<unknown>(null, 5, {}, [], '', ...addresses), fc.string());
		await fc.assert(
			fc.asyncProperty(
				apiKey,
				saved,
				fuzzedReply(queryBodies('video_1')),
				fc.boolean(),
				async (key, value, reply, isKey) => {
					const good = { apiKey: key, baseUrl: 'https://api.example/base' };
					// What is answered holds a key that the credential does not, where that is what was saved.
					const isLeak = (violation: string) => isKey && violation.startsWith('the key');
					const violations = await press(
						key,
						{ ...good, [isKey ? 'apiKey' : 'baseUrl']: value } as IDataObject,
						reply,
					);
					none(violations.filter((violation) => !isLeak(violation)));
				},
			),
			{ numRuns: 30 },
		);
	});
});
