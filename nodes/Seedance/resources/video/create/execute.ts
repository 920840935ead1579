import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, type Result, success, type ItemError, thrownError } from '../../../core/error';
import { Items, type OutputItem, type Step } from '../../../core/items';
import { booleanOption, numberOption } from '../../../core/options';
import { resultItem } from '../../../core/output';
import { tell } from '../../../core/present';
import { beginSession, readRunSettings, type Session } from '../../../http/session';
import { readWaitMode, readWaitSettings, type WaitMode } from '../../../waiting/fields';
import { follow } from '../../../waiting/follow';
import { hintFurther, isToCome, tell as hint } from '../../../waiting/hints';
import { notMadeYet, parkItems, readMade, type WaitingItems } from '../../../waiting/parked';
import type { Pending } from '../../../waiting/poll';
import { type Answer, answeredItem, type ItemQuery, type Query } from '../../../waiting/query';
import { forgetReviews, reviewSummary } from '../../asset/review';
import { readDownloadSettings } from '../download';
import { hintOrdered } from '../hints';
import { CHECK_MEDIA, MAX_RUNNING } from '../options';
import { pollableVideo } from '../pollable';
import { taskDetails, type VideoTask } from '../video';
import { WAIT_FIELD } from './fields';
import { CreateLedger } from './ledger';
import { storedRequest } from './making';
import { CreateMedia, type MediaOrder } from './media';
import { checkItemCount, readRequest } from './parameters';
import { Progress } from './progress';
import { type Created, CreateSender, type Order, withCreated } from './send';

/** One item's create, and how its video is waited for. */
interface PreparedCreate extends Order, MediaOrder, Omit<ItemQuery, 'query' | 'settings'> {
	/** Undefined where the video is not waited for. */
	follows?: Omit<Query, 'id'>;
}

/**
 * Create, in two phases: one task for each item is sent, each of them once, also when n8n runs the node again; then their
 * videos are waited for, as Get Result does it. Where an item's error stops the workflow, it names the tasks that exist.
 *
 * @returns the items; none where the execution is parked, since n8n puts them there when it goes on
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const session = beginSession(context);
	const ledger = new CreateLedger(session);
	let isOutput = false;
	try {
		const items = new Items(context, session);
		await ledger.recall(async (executionId) => await readMade(context, executionId));
		const orders = await prepare(context, session, items, ledger);
		const followed: Followed = new Map();
		const progress = new Progress(context, session);
		const sender = new CreateSender(context, session, ledger, progress, async (index, made, onDecided) => {
			const { value: order } = orders[index] as { value: PreparedCreate };
			const following = followCreated(context, session, order, made, onDecided);
			followed.set(index, following);
			return await following;
		});
		const created = await items.together(orders, async (list) => await sendNow(sender, ledger, list));
		const output = await deliver(context, session, ledger, items, orders, created, followed);
		const summary = followed.size > 0 && !session.isTool ? progress.summary(items.inputs.length) : undefined;
		if (summary !== undefined) hint(context, 'info', summary);
		isOutput = true;
		return [output];
	} finally {
		if (!isOutput) tellOfStop(context, session, ledger);
		session.end();
	}
}

/** What comes of the waits that have begun while other creates wait for a slot, by the positions of their items. */
type Followed = Map<number, Promise<Result<Answer>>>;

/** Waits for the video of a create. Of a wait that is parked it takes the first step. */
async function followCreated(
	context: IExecuteFunctions,
	session: Session,
	{ follows, settings }: Pick<PreparedCreate, 'follows' | 'settings'>,
	{ task, isNew }: Created,
	onDecided?: () => void,
): Promise<Result<Answer>> {
	const query = { ...follows, id: task.id };
	return await follow(context, session, pollableVideo, task, { query, settings }, isNew, onDecided);
}

/** n8n keeps nothing of a node that was stopped by hand, not even its error: the tasks that exist go into its log. */
function tellOfStop(context: IExecuteFunctions, session: Session, ledger: CreateLedger): void {
	const summary = `${ledger.summary()}${reviewSummary(session)}`;
	if (!context.getExecutionCancelSignal()?.aborted || summary === '') return;
	tell(context, session.redact, 'warn', `Creating videos was stopped.${summary}`);
}

/** Reads and checks everything that can be wrong with an item, before anything is sent. */
async function prepare(
	context: IExecuteFunctions,
	session: Session,
	items: Items,
	ledger: CreateLedger,
): Promise<Array<Step<PreparedCreate>>> {
	const waitMode = await readWaitMode(context, WAIT_FIELD, pollableVideo);
	let isCountChecked = false;
	const orders = items.prepare((index, options, includeInput): PreparedCreate => {
		const mode: WaitMode = waitMode();
		// An error of every item, since none may be sent.
		if (!isCountChecked) checkItemCount(context, items.inputs.length);
		isCountChecked = true;
		const order = {
			...readRequest(context, index, options, items.inputs[index]?.binary),
			checkMedia: options[CHECK_MEDIA.name] === undefined || booleanOption(options, CHECK_MEDIA),
			settings: readRunSettings(options),
			includeInput,
			outputsFailed: false,
		};
		if (mode === 'no') return order;
		const download = readDownloadSettings(context, index, options);
		const wait = readWaitSettings(context, index, options, mode, pollableVideo);
		return {
			...order,
			outputsFailed: wait.ifTaskFails === 'output',
			isParked: mode === 'parked',
			maxWaitMs: mode === 'inNode' ? wait.giveUpAfterMs : undefined,
			mostAtOnce: options[MAX_RUNNING.name] === undefined ? undefined : numberOption(options, MAX_RUNNING),
			follows: { wait, inNode: mode === 'inNode', maxBytes: download?.maxBytes, further: download?.further },
			binaryField: download?.field,
		};
	});
	const media = new CreateMedia(context, session);
	return await items.each(orders, async (order, index) => {
		// A task that was paid for must not be lost with a file that is gone by now.
		if (ledger.knows(index, order.video)) return success(order);
		const sent = await media.handed(order, items.inputs[index]?.binary ?? {});
		return sent.ok ? success({ ...order, sent: sent.value }) : sent;
	});
}

/**
 * Sends the creates. Of a wait that is parked only so many as go side by side: a kill of n8n would lose them, and not those
 * that the turns of the wait create.
 */
async function sendNow(
	sender: CreateSender,
	ledger: CreateLedger,
	orders: Map<number, PreparedCreate>,
): Promise<Map<number, Result<Created | undefined>>> {
	const [first] = orders.values();
	if (!first?.isParked) return await sender.send(orders);
	const { settings, mostAtOnce = Infinity } = first;
	let slots = Math.min(settings.maxConcurrency, mostAtOnce);
	const now = [...orders].filter(([index, { video }]) => slots-- > 0 || ledger.knows(index, video));
	const sent = await sender.send(new Map(now));
	return new Map([...orders.keys()].map((index) => [index, sent.get(index) ?? success(undefined)]));
}

/** Waits for the videos, where they are waited for, and makes the items of the output. */
async function deliver(
	context: IExecuteFunctions,
	session: Session,
	ledger: CreateLedger,
	items: Items,
	orders: Array<Step<PreparedCreate>>,
	created: Array<Step<Created | undefined>>,
	begun: Followed,
): Promise<INodeExecutionData[]> {
	const waiting: WaitingItems = new Map();
	/** Tasks that are output before their videos are made. */
	let ordered = 0;
	const delivered = await items.each(created, async (made, index) => {
		const order = (orders[index] as { value: PreparedCreate }).value;
		const input = items.inputs[index] as INodeExecutionData;
		if (!made) return success(leftToWait(session, order, waiting, input, index));
		const { task } = made;
		const { follows, settings, includeInput, binaryField } = order;
		const query = { ...follows, id: task.id };
		// Nothing more: of a wait that is parked, n8n stores it.
		const itemQuery: ItemQuery = { query, settings, includeInput, binaryField };
		try {
			const followed = await (begun.get(index) ?? followCreated(context, session, order, made));
			if (!followed.ok) return failure(toldWhole(context, session, ledger, followed.error, index));
			waiting.set(index, itemQuery);
			if (!follows && isToCome(pollableVideo, task)) ordered += 1;
			return success(answeredItem(pollableVideo, session.isTool, followed.value, input, index, itemQuery));
		} catch (error) {
			return failure(toldWhole(context, session, ledger, brokenAfterCreate(task, error), index));
		}
	});
	const outputs: Array<OutputItem<Pending>> = items.outputs(delivered);
	if (!session.isTool) hintOrdered(context, ordered);
	hintFurther(
		context,
		pollableVideo,
		outputs.map(({ item }) => item),
	);
	const done = await parkItems(context, session, pollableVideo, outputs, waiting, (keeperId) => {
		for (const [index, { toMake }] of waiting) {
			if (toMake) ledger.leave(index, (orders[index] as { value: PreparedCreate }).value.video, keeperId);
		}
	});
	// n8n runs the node again after an error; n8n 1.x takes any field named `error` for one. A parked wait may still end
	// in one.
	const isOver =
		!outputs.some(({ stillRunning }) => stillRunning) && !done.some(({ json }) => 'error' in json);
	if (isOver && !session.isTool) {
		ledger.forget();
		forgetReviews(session);
	}
	return done;
}

/** The item of a video that a turn of the parked wait creates. */
function leftToWait(
	{ shared: { startedAt } }: Session,
	order: PreparedCreate,
	waiting: WaitingItems,
	input: INodeExecutionData,
	index: number,
): OutputItem<Pending> {
	const { follows, settings, includeInput, binaryField, mostAtOnce, video, sent = video } = order;
	const query = { ...(follows as Omit<Query, 'id'>), id: '' };
	const stored = storedRequest(video, sent);
	const toMake = { order: stored, mostAtOnce };
	waiting.set(index, { query, settings, includeInput, binaryField, toMake });
	const stillRunning = notMadeYet(startedAt, query.wait?.giveUpAfterMs ?? 0);
	return { item: resultItem(input, index, {}, includeInput), stillRunning };
}

/** The error of an item. If it is the only output, it names the other tasks of the run. */
function toldWhole(
	context: IExecuteFunctions,
	session: Session,
	ledger: CreateLedger,
	error: ItemError,
	index: number,
): ItemError {
	const isAll = !context.continueOnFail() || session.signal.aborted;
	return isAll ? withCreated({ ...error, itemIndex: index }, ledger) : error;
}

/** An exception after a task was made: its ID must not be lost with it. */
function brokenAfterCreate(task: VideoTask, thrown: unknown): ItemError {
	const { message, description } = thrownError(thrown);
	return {
		kind: 'internal',
		message: `Task "${task.id}" was created, and then something went wrong: ${message}`,
		description: `${description} The task exists: get its result by its ID.`.trim(),
		details: taskDetails({ ...task }),
	};
}
