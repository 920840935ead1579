import fc from 'fast-check';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import type { TaskOptions } from '../simulator/tasks.cts';
import { FakeApi } from '../simulator/api.cts';
import { Seedance } from '../../nodes/Seedance/Seedance.node';
import { ON_ERROR } from './harness/engine';
import { lostOrDoubled } from './harness/invariants';
import { seedProperties } from './harness/seed.cts';
import { onVirtualClock } from './harness/virtualClock.cts';
import { apiKey, fuzzed, junkRow, KNOWN, type Fuzzed } from './harness/virtualFuzz';
import { NOW, PLAIN_RUN, play, violationsOfAll } from './harness/virtualRun';
import { VirtualServer, type LoggedRequest, type Script } from './harness/virtualServer';
import { isError, leaksOf, nonsenseIn } from './harness/virtualWords';

// Other cases in every run, so that few are enough; raise numRuns to look for more.
seedProperties();

/** The most of an answer that is read: the bound of 1 MB, what Node.js reads ahead, and a chunk. */
const MOST_BYTES = 1_000_000 + 3 * 65_536;

const FUZZED = 'video_fuzzed';
const HEALTHY = 'video_healthy';

type Outcome = NonNullable<TaskOptions['outcome']>;

const SOME_KEY = ['sk', 'FUZZ', '0123456789abcdefXYZ'].join('-');

const onError = fc.constantFrom(...ON_ERROR);

/** Names of everything that all objects share: nothing may be added. */
const SHARED = [Object.prototype, Array.prototype, Function.prototype];
const sharedNames = () => SHARED.map((shared) => Object.getOwnPropertyNames(shared).join());

/** What is asked: of which kind, about what, and how often before. */
type Asked = { kind: string; subject: string; count: number };

interface FuzzRun {
	key: string;
	rows: IDataObject[];
	parameters: INodeParameters;
	onError: OnError;
	reply: (asked: Asked) => Fuzzed | undefined;
	tasks?: TaskOptions[];
}

/** Runs the node with one row that meets a spoiled answer, and one beside it that doesn't. */
async function violationsOf({
	key,
	rows,
	parameters,
	onError: whenFailing,
	reply,
	tasks,
}: FuzzRun): Promise<string[]> {
	const before = sharedNames();
	const run = { ...PLAIN_RUN, apiKey: key, onError: whenFailing };
	const script: Script<null> = (request) => {
		return { fault: reply(request)?.(key), note: null, latencyMs: 10 };
	};
	const played = await play(run, rows, parameters, { tasks, script });
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
		const replies = fc.array(fuzzed, { minLength: 1, maxLength: 4 });
		const outcome = fc.constantFrom<Outcome>('completed', 'completed', 'failed', 'cancelled', 'never');
		await fc.assert(
			fc.asyncProperty(
				...([apiKey, replies, outcome, parameters, onError] as const),
				async (key, answers, end, chosen, whenFailing) => {
					const run = {
						rows: [{ id: FUZZED }, { id: HEALTHY }],
						parameters: { ...always, ...chosen },
						reply: ({ subject, count }: Asked) =>
							subject === FUZZED ? answers[count % answers.length] : undefined,
						tasks: [
							{ id: FUZZED, finishAfter: 0, outcome: end },
							{ id: HEALTHY, finishAfter: 0 },
						],
					};
					none(await violationsOf({ key, onError: whenFailing, ...run }));
				},
			),
			{
				numRuns: 100,
				examples: KNOWN.map((one) => [SOME_KEY, [one], 'completed', waiting, 'continueErrorOutput']),
			},
		);
	});

	/** Of what a junk row names, there is a task of everything that can be one. */
	const idsIn = ({ id }: IDataObject) =>
		typeof id !== 'object' && String(id) !== FUZZED && /^[\w.+-]+$/.test(String(id))
			? [FUZZED, String(id)]
			: [FUZZED];

	test("rows of any kind, as from a user's own nodes", async () => {
		const all = [apiKey, junkRow(FUZZED), parameters, onError] as const;
		await fc.assert(
			fc.asyncProperty(...all, async (key, row, chosen, whenFailing) => {
				const run = {
					rows: [row, { id: HEALTHY }],
					parameters: { ...always, ...chosen },
					reply: () => undefined,
					tasks: [
						{ id: HEALTHY, finishAfter: 0 },
						...idsIn(row).map((id) => ({ id, outcome: 'never' as const })),
					],
				};
				none(await violationsOf({ key, onError: whenFailing, ...run }));
			}),
			{ numRuns: 60 },
		);
	});

	test('files and their links', async () => {
		const options = { maxRetries: 1, maxVideoSize: 2, requestTimeout: 5 };
		await fc.assert(
			fc.asyncProperty(apiKey, fuzzed, fuzzed, onError, async (key, linked, filed, whenFailing) => {
				none(
					await violationsOf({
						key,
						rows: [{ id: FUZZED }],
						parameters: { ...always, waitUntilDone: 'no', downloadVideo: true, options },
						onError: whenFailing,
						reply: ({ kind }) => (kind === 'file' ? filed : linked),
						tasks: [{ id: FUZZED, finishAfter: 0 }],
					}),
				);
			}),
			{ numRuns: 60 },
		);
	});
});

test('answers to a create are a task or an error with words', async () => {
	const prompt = (name: string) => `Prompt of ${name}`;
	const answers = fc.array(fuzzed, { minLength: 1, maxLength: 3 });
	const all = [apiKey, answers, onError, fc.integer({ min: 0, max: 2 })] as const;
	await fc.assert(
		fc.asyncProperty(...all, async (key, replies, whenFailing, maxRetries) => {
			const run = {
				rows: [{ name: FUZZED }, { name: HEALTHY }],
				parameters: {
					operation: 'create',
					waitUntilDone: 'no',
					prompt: '=Prompt of {{ $json.name }}',
					options: { maxRetries, requestTimeout: 20 },
				},
				reply: ({ subject, count }: Asked) =>
					subject === prompt(FUZZED) ? replies[count % replies.length] : undefined,
			};
			none(await violationsOf({ key, onError: whenFailing, ...run }));
		}),
		{ numRuns: 80 },
	);
});

describe('the test of a credential', () => {
	const press = async (key: string, reply: Fuzzed): Promise<string[]> => {
		const before = sharedNames();
		return await onVirtualClock({ now: NOW, seed: 1 }, async (clock) => {
			const api = new FakeApi({ apiKeys: [key] });
			const server = new VirtualServer(clock, key, api, () => ({ fault: reply(key), note: null }));
			const { credentialTest } = new Seedance().methods;
			const context = { helpers: { request: server.legacy } } as never;
			const data = { apiKey: ` Bearer ${key} `, baseUrl: 'https://api.example/base/' };
			const credential = { id: '1', name: 'GlobalAI OPC', type: 'globalAiOpcApi', data };
			const { status, message } = await credentialTest.testCredential.call(context, credential);
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
		await fc.assert(
			fc.asyncProperty(apiKey, fuzzed, async (key, reply) => {
				none(await press(key, reply));
			}),
			{ numRuns: 120, examples: KNOWN.map((reply) => [SOME_KEY, reply]) },
		);
	});
});
