import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, fullDescription, type ItemError, type Result, success } from '../core/error';
import type { OutputItem } from '../core/items';
import { resultItem } from '../core/output';
import { present, tell } from '../core/present';
import { capitalized } from '../core/text';
import type { ApiClient } from '../http/client';
import type { RunSettings, Session } from '../http/session';
import type { WaitSettings } from './fields';
import { checkPlaces } from './place';
import { type Pending, pollOnce, type StatusCheck, waitUntilDone } from './poll';
import type { Pollable, Polled } from './pollable';
import { type PollState, startPolling } from './schedule';

/** What one item wants to know. Items with equal queries share one answer. */
export interface Query {
	id: string;
	/** What it belongs to, where its ID does not say so. */
	group?: string;
	/** How to wait; undefined to check once and take any status. */
	wait?: WaitSettings;
	/** Whether the wait goes on here until it ends; otherwise one step of it is done. */
	inNode?: boolean;
	/** What is known already: from earlier steps, or from creating it. */
	before?: PollState;
	/** Largest file to download, in bytes; undefined to download none. */
	maxBytes?: number;
	/** Whether its further file is downloaded too. */
	further?: boolean;
}

/** What an item's download is bounded by, and where its file goes. */
export interface ItemDownload {
	/** Largest file, in bytes. */
	maxBytes: number;
	/** The item's binary field that takes the file. */
	field: string;
	/** Whether the further file is wanted too. */
	further?: boolean;
}

/** An item's query, and what its answer becomes. */
export interface ItemQuery {
	query: Query;
	settings: RunSettings;
	includeInput: boolean;
	/** The item's binary field that takes the file. */
	binaryField?: string;
}

/** The answer to a query: the value, and its files if they are wanted; or that it is still running. */
export type Answer = Finished | Pending;

interface Finished {
	value: Polled;
	file?: IBinaryData;
	further?: Result<IBinaryData>;
}

/**
 * Answers a query, once for all items and attempts of the run that ask the same.
 *
 * @param onDecided called when the wait is over, before a file is downloaded; not where the answer is known already
 */
export async function ask(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	{ query, settings }: Pick<ItemQuery, 'query' | 'settings'>,
	onDecided?: () => void,
): Promise<Result<Answer>> {
	const answers = session.shared.once('answers', () => new Map<string, Promise<Result<Answer>>>());
	const key = JSON.stringify(query);
	const known = answers.get(key);
	if (known) return await known;
	const asked = answer(context, session, pollable, query, settings, onDecided);
	answers.set(key, asked);
	// Of what a later attempt may find, only what can't change any more.
	const forget = () => answers.delete(key);
	asked.then((result) => isFinal(pollable, result, query) || forget(), forget);
	return await asked;
}

/** Makes the item of an answer. */
export function answeredItem(
	pollable: Pollable,
	isTool: boolean,
	answer: Answer,
	input: INodeExecutionData,
	index: number,
	{ query, includeInput, binaryField }: ItemQuery,
): OutputItem<Pending> {
	if ('state' in answer) {
		const json = pollable.output(answer.pollState.seen ?? { id: query.id });
		return { item: resultItem(input, index, json, includeInput), stillRunning: answer };
	}
	const { value, file, further } = answer;
	const json = isTool ? pollable.toolAnswer(value, Date.now()) : pollable.output(value);
	const problem =
		pollable.further && further && !further.ok
			? { [pollable.further.problemField]: sentence(further.error) }
			: {};
	const item = resultItem(input, index, { ...json, ...problem }, includeInput);
	if (!file || binaryField === undefined) return { item };
	const more = pollable.further && further?.ok ? { [pollable.further.field]: { ...further.value } } : {};
	return { item: { ...item, binary: { ...item.binary, [binaryField]: { ...file }, ...more } } };
}

/** An error as the text of a field. */
function sentence(error: ItemError): string {
	return `${error.message}. ${fullDescription(error)}`;
}

/** Whether an answer stays valid in a later attempt: it is final, or the query does not wait. */
function isFinal({ stateOf }: Pollable, result: Result<Answer>, { wait }: Query): boolean {
	if (!result.ok || 'state' in result.value) return false;
	return !wait || ['done', 'ended'].includes(stateOf(result.value.value));
}

async function answer(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	query: Query,
	settings: RunSettings,
	onDecided?: () => void,
): Promise<Result<Answer>> {
	const client = await session.client(settings);
	if (!client.ok) return client;
	const found = await find(context, session, pollable, query, client.value);
	onDecided?.();
	if (!found.ok || 'state' in found.value || query.maxBytes === undefined) return found;

	const { value } = found.value;
	if (!pollable.fetchFile || pollable.stateOf(value) !== 'done') return found;
	const file = await pollable.fetchFile(context, value, client.value, query.maxBytes);
	if (!file.ok) return file;
	const answered: Finished = { value, file: file.value };
	if (!query.further || !pollable.further) return success(answered);
	const further = await pollable.further.fetch(context, value, client.value, query.maxBytes);
	return success({
		...answered,
		further: further.ok ? further : failure(present(further.error, session.redact)),
	});
}

async function find(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	{ id, group, wait, inNode, before }: Query,
	client: ApiClient,
): Promise<Result<Answer>> {
	const check: StatusCheck = async (deadline, place) =>
		await checkPlaces(
			pollable.places(id, group),
			place,
			async (endpoint) => await client.call(endpoint, id, { deadline }),
		);
	if (!wait) {
		const { outcome } = await check(Infinity, before?.place);
		return outcome.ok ? success({ value: outcome.value }) : outcome;
	}
	const onPending = (pending: Pending) => reportPending(context, session, pollable, id, pending);
	const result = inNode
		? await waitUntilDone(pollable, id, check, wait, { signal: session.signal, onPending }, before)
		: await pollOnce(pollable, id, check, wait, before ?? startPolling(Date.now()));
	if (result.state === 'pending') return success(result);
	if (result.state === 'done') return success({ value: result.value });
	if (result.ended && wait.ifTaskFails === 'output') return success({ value: result.ended });
	return failure(result.error);
}

/** Shows that a wait is alive. */
function reportPending(
	context: IExecuteFunctions,
	session: Session,
	{ words }: Pollable,
	id: string,
	{ pollState, nextPollAt, giveUpAt }: Pending,
): void {
	const status = pollState.seen?.status ?? 'not answered yet';
	const next = new Date(nextPollAt).toISOString();
	const line = `${capitalized(words.one)} "${id}": ${status} after ${pollState.attempt} status check(s), next at ${next}`;
	tell(context, session.redact, 'info', line, {
		id,
		status,
		attempt: pollState.attempt,
		nextPollAt: next,
		giveUpAt: new Date(giveUpAt).toISOString(),
	});
}
