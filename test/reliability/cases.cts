// What can go wrong between the node and the API, and what becomes of it: the tests run this list, and
// docs/reliability.md is made from it.

import type { Fault } from '../simulator/faultKinds.cts';
import type { SeenName } from '../simulator/seen.cts';
import type { Shape } from '../simulator/shapes.cts';

/**
 * What a wait makes of a status check that met a fault:
 * - `ends`: the item's error, at once
 * - `passesLater`: it ends at the wait's first status check; later it passes
 * - `passes`: the next check comes as if nothing had happened, until Give Up After
 * - `passesThrice`: the same, but the fourth such answer in a row is the item's error
 * - `passesThriceOnceAnswered`: the same, but only after a check that was answered; before that it ends at once
 */
export type Waiting = 'ends' | 'passesLater' | 'passes' | 'passesThrice' | 'passesThriceOnceAnswered';

/**
 * What becomes of a create that met a fault:
 * - `refused`: the item's error, which says that nothing was created; sent once
 * - `unknown`: the item's error, which says that a video may exist and be billed; never sent again
 * - `sentAgain`: nothing was created, and it is sent again, as often as Max Retries allows
 * - `failed`: the item's error, with the ID of the task that was made; never sent again
 */
export type Creating = 'refused' | 'unknown' | 'sentAgain' | 'failed';

export interface FaultCase {
	/** Happens, as a person would say it */
	what: string;
	/** How the simulator is asked for it; no server can be asked for one of the kind `network` */
	fault: Fault;
	/** That the error's message or description holds */
	words: string;
	/** Whether one status check asks again, as often as Max Retries allows */
	retried?: boolean;
	/** Whether the API's other place is asked for the task before that is an error */
	elsewhere?: boolean;
	/** Left out where no status check can meet it */
	waiting?: Waiting;
	/** Left out where no create can meet it */
	creating?: Creating;
}

type Outcome = Pick<FaultCase, 'retried' | 'waiting' | 'creating'>;

const seen = (answer: SeenName): Fault => ({ kind: 'seen', answer });

/** A failed call of Node.js in its words, and its code where the words don't name it. */
const network = (words: string, code = words.split(' ')[1]): Fault => ({ kind: 'network', words, code });

/** What many faults come to. */
const BAD_KEY: Outcome = { waiting: 'passesThriceOnceAnswered', creating: 'refused' };
const REFUSED: Outcome = { waiting: 'ends', creating: 'refused' };
const ODD_REFUSAL: Outcome = { waiting: 'passesThrice', creating: 'refused' };
const NO_TASK: Outcome = { waiting: 'passesThrice', creating: 'unknown' };
const LIMITED: Outcome = { retried: true, waiting: 'passes', creating: 'sentAgain' };
const NOBODY: Outcome = { retried: true, waiting: 'passesLater', creating: 'sentAgain' };
const SHUT_OUT: Outcome = { waiting: 'passesLater', creating: 'refused' };
const NO_NETWORK: Outcome = { retried: true, waiting: 'passes', creating: 'sentAgain' };
const TROUBLE: Outcome = { retried: true, waiting: 'passes', creating: 'unknown' };

export const FAULTS: readonly FaultCase[] = [
	{
		what: 'The key is refused (HTTP 200, code "204")',
		fault: seen('badKey200'),
		words: '登录验证失败',
		...BAD_KEY,
	},
	{
		what: 'The key is refused (HTTP 401)',
		fault: seen('badKey401'),
		words: 'refused the API key',
		...BAD_KEY,
	},
	{
		what: 'The Base URL is wrong (HTTP 200, code 500)',
		fault: seen('wrongAddress200'),
		words: 'not to its API',
		...REFUSED,
	},
	{
		what: 'The Base URL is wrong (HTTP 404)',
		fault: seen('wrongAddress404'),
		words: 'not to its API',
		...REFUSED,
	},
	{
		what: 'No such task, or none any more (HTTP 404)',
		fault: { kind: 'status', status: 404, envelope: 'errorObject' },
		words: 'has no task',
		elsewhere: true,
		waiting: 'ends',
	},
	{
		what: 'No such task (HTTP 200, code 404)',
		fault: seen('unknownIdCode404'),
		words: 'has no task',
		elsewhere: true,
		waiting: 'ends',
	},
	{
		what: 'No such task (HTTP 200, code 500, in words)',
		fault: seen('unknownId200'),
		words: '任务不存在',
		elsewhere: true,
		waiting: 'ends',
	},
	{
		what: 'The key may not do this (HTTP 403)',
		fault: { kind: 'status', status: 403, envelope: 'codeMessage' },
		words: 'does not let this API key',
		...REFUSED,
	},
	{
		what: 'The account has no credit (HTTP 200, code 402)',
		fault: seen('noCredit200'),
		words: '余额不足',
		...REFUSED,
	},
	{
		what: 'The request is rejected (HTTP 400)',
		fault: seen('unknownModel'),
		words: '模型不可用',
		...REFUSED,
	},
	{
		what: 'An error that only its words describe (HTTP 200)',
		fault: seen('missingParameter'),
		words: '缺少必填参数',
		...ODD_REFUSAL,
	},
	{ what: 'A redirect', fault: { kind: 'redirect' }, words: 'elsewhere', ...ODD_REFUSAL },
	{
		what: 'Too many requests (HTTP 429)',
		fault: { kind: 'status', status: 429, retryAfter: 1 },
		words: 'limiting requests',
		...LIMITED,
	},
	{
		what: 'Too many requests (HTTP 200, code 429)',
		fault: { kind: 'envelope200', envelope: 'codeMsg', code: 429 },
		words: 'limiting requests',
		...LIMITED,
	},
	{
		what: 'An error of the server (HTTP 5xx)',
		fault: { kind: 'status', status: 503 },
		words: 'could not answer',
		...TROUBLE,
	},
	{
		what: 'An error of the server (HTTP 200, code 500)',
		fault: seen('busy200'),
		words: '系统繁忙',
		...TROUBLE,
	},
	{ what: 'No answer within Request Timeout', fault: { kind: 'hang' }, words: 'did not answer', ...TROUBLE },
	{
		what: 'An answer that drips past Request Timeout',
		fault: { kind: 'slowBody', interval: 750 },
		words: 'did not answer',
		...TROUBLE,
	},
	{ what: 'A connection that breaks', fault: { kind: 'reset' }, words: 'broke the connection', ...TROUBLE },
	{
		what: 'An answer that is cut short',
		fault: { kind: 'cutBody' },
		words: 'broke the connection',
		...TROUBLE,
	},
	{
		what: 'No server has the name, or nobody listens there',
		fault: network('getaddrinfo ENOTFOUND api.example'),
		words: 'no server has this name',
		...NOBODY,
	},
	{
		what: "A proxy that is down, or can't reach the server",
		fault: network('connect ECONNREFUSED 10.0.0.1:3128'),
		words: 'The proxy 10.0.0.1:3128',
		...NOBODY,
	},
	{
		what: 'A certificate that n8n does not trust, has expired or is for another host; no TLS at all',
		fault: network('certificate has expired', 'CERT_HAS_EXPIRED'),
		words: 'has a certificate that has expired',
		...SHUT_OUT,
	},
	{
		what: 'A proxy that refuses (HTTP 407, or 403 to a tunnel)',
		fault: { kind: 'status', status: 407, body: 'no' },
		words: 'requires a login',
		...SHUT_OUT,
	},
	{
		what: "No network: the name can't be looked up, no route, no connection in time",
		fault: network('getaddrinfo EAI_AGAIN api.example'),
		words: "can't be looked up",
		...NO_NETWORK,
	},
	{ what: 'An empty answer (HTTP 200)', fault: { kind: 'empty200' }, words: 'is empty', ...TROUBLE },
	{ what: 'An empty answer (HTTP 204)', fault: seen('empty204'), words: 'is empty', ...TROUBLE },
	{
		what: 'A web page instead of the answer',
		fault: { kind: 'html200' },
		words: 'is a web page',
		...NO_TASK,
	},
	{ what: 'Broken JSON', fault: { kind: 'malformedJson' }, words: "can't be read", ...NO_TASK },
	{ what: 'JSON that is no task', fault: { kind: 'jsonArray' }, words: "can't be read", ...NO_TASK },
	{ what: 'An answer without end', fault: { kind: 'endlessBody' }, words: 'does not end', ...NO_TASK },
	{
		what: 'A task without an ID',
		fault: { kind: 'missingField', field: 'id' },
		words: 'has no task ID',
		...NO_TASK,
	},
	{
		what: 'A task without a status',
		fault: { kind: 'missingField', field: 'status' },
		words: 'has no status',
		waiting: 'passesThrice',
	},
	{
		what: 'Another task than was asked for',
		fault: { kind: 'wrongId' },
		words: 'with another task',
		waiting: 'passesThrice',
	},
	{
		what: 'The request works, but its answer gets lost',
		fault: { kind: 'cutAfterAccept' },
		words: 'broke the connection',
		creating: 'unknown',
	},
	{
		what: 'The task failed at once',
		fault: seen('failedAtOnce'),
		words: 'provider rejected prompt',
		creating: 'failed',
	},
];

/**
 * Answers that say the same in other forms, as the real API was seen to give them: all of them are taken for what
 * they say. Each can be put on top of any of the others.
 */
export const FORMS: ReadonlyArray<{ what: string; shape: Shape }> = [
	{ what: "with fields that the vendor's page does not name", shape: { as: ['extraFields'] } },
	{ what: 'inside `data`', shape: { as: ['insideData'] } },
	{ what: 'inside `data`, the code as text', shape: { as: ['insideDataCodeText'] } },
	{ what: 'inside `data`, without an ID', shape: { as: ['insideDataWithoutId'] } },
	{ what: 'after a byte order mark', shape: { as: ['byteOrderMark'] } },
	{
		what: 'with other words for the status',
		shape: {
			as: ['statusWord'],
			words: {
				queued: 'submitted',
				processing: 'RUNNING',
				completed: 'succeeded',
				failed: 'error',
				cancelled: 'canceled',
			},
		},
	},
	{
		what: 'with other words for the status, in capitals',
		shape: {
			as: ['statusWord'],
			words: {
				queued: 'PENDING',
				processing: 'Processing',
				completed: 'COMPLETED',
				failed: 'expired',
				cancelled: 'Cancelled',
			},
		},
	},
	{
		what: 'with other words for the status, as other video APIs have them',
		shape: {
			as: ['statusWord'],
			words: {
				queued: 'In Queue',
				processing: 'in_progress',
				completed: 'Done',
				failed: 'fail',
				cancelled: 'CANCEL',
			},
		},
	},
	{ what: 'with its ID in `task_id`', shape: { as: ['idIn'] } },
	{ what: 'with its ID in `request_id`', shape: { as: ['idIn'], idField: 'request_id' } },
	{ what: 'with the words of its failure in an object', shape: { as: ['errorObject'] } },
	{ what: 'with its link in `result_url`', shape: { as: ['linkIn'], field: 'result_url' } },
	{ what: 'with its link in `image_url`', shape: { as: ['linkIn'], field: 'image_url' } },
	{ what: 'with its link in `audioUrl`', shape: { as: ['linkIn'], field: 'audioUrl' } },
	{ what: 'with its link in `url`', shape: { as: ['linkIn'], field: 'url' } },
];

/** What can go wrong with a finished task's file. The error names the task, keeps it whole, and gives its link. */
export interface DownloadCase {
	/** Happens, as a person would say it */
	what: string;
	/** How the simulator's files host is asked for it */
	fault: Fault;
	/** That the error's message holds */
	words: string;
	/** Whether it is asked for again, as often as Max Retries allows */
	retried?: boolean;
	/** MB, where the option is what it is about */
	maxVideoSize?: number;
}

export const DOWNLOADS: readonly DownloadCase[] = [
	{ what: 'The link is dead (HTTP 401)', fault: { kind: 'status', status: 401 }, words: 'dead (HTTP 401)' },
	{ what: 'The link is dead (HTTP 403)', fault: { kind: 'status', status: 403 }, words: 'dead (HTTP 403)' },
	{ what: 'The link is dead (HTTP 404)', fault: { kind: 'status', status: 404 }, words: 'dead (HTTP 404)' },
	{ what: 'The link is dead (HTTP 410)', fault: { kind: 'status', status: 410 }, words: 'dead (HTTP 410)' },
	{ what: 'The request is rejected (HTTP 400)', fault: { kind: 'status', status: 400 }, words: 'HTTP 400' },
	{
		what: 'An error of the server (HTTP 5xx)',
		fault: { kind: 'status', status: 503 },
		words: 'HTTP 503',
		retried: true,
	},
	{
		what: 'Too many requests (HTTP 429)',
		fault: { kind: 'status', status: 429 },
		words: 'HTTP 429',
		retried: true,
	},
	{
		what: 'No answer within Request Timeout',
		fault: { kind: 'hang' },
		words: 'did not answer',
		retried: true,
	},
	{
		what: 'A connection that breaks before the file begins',
		fault: { kind: 'reset' },
		words: 'broke',
		retried: true,
	},
	{
		what: 'A connection that breaks within the file',
		fault: { kind: 'cutBody', at: 10 },
		words: 'broke',
		retried: true,
	},
	{
		what: 'Fewer bytes than announced',
		fault: { kind: 'wrongLength', by: 10 },
		words: 'broke',
		retried: true,
	},
	{ what: 'A web page', fault: { kind: 'html200' }, words: 'a web page' },
	{
		what: 'A web page that says it is a video',
		fault: {
			kind: 'status',
			status: 200,
			body: '\n<!DOCTYPE html><html>',
			headers: { 'Content-Type': 'video/mp4' },
		},
		words: 'a web page',
	},
	{
		what: 'JSON',
		fault: { kind: 'status', status: 200, body: '{}', headers: { 'Content-Type': 'application/json' } },
		words: 'application/json',
	},
	{
		what: 'JSON that says it is a video',
		fault: {
			kind: 'status',
			status: 200,
			body: '{"code":403,"msg":"no"}',
			headers: { 'Content-Type': 'video/mp4' },
		},
		words: 'leads to JSON',
	},
	{ what: 'An empty file', fault: { kind: 'empty200' }, words: 'an empty file' },
	{
		what: 'A file larger than Max Video Size, announced',
		fault: { kind: 'slow', delay: 1 },
		words: '2.5 MB, larger than the 1 MB',
		maxVideoSize: 1,
	},
	{
		what: 'A file larger than Max Video Size, not announced',
		fault: { kind: 'noLength' },
		words: 'larger than the 1 MB',
		maxVideoSize: 1,
	},
	{
		what: 'A file without end',
		fault: { kind: 'endlessBody' },
		words: 'larger than the 1 MB',
		maxVideoSize: 1,
	},
];

/** What n8n or its user does meanwhile, and what becomes of the work. */
export interface EventCase {
	/** Happens */
	what: string;
	/** What becomes of Get Result without a wait */
	get: string;
	/** Of a wait inside the node */
	inNode: string;
	/** Of a wait that is chained with the Wait node */
	chained: string;
	/** Of creates */
	create: string;
	/** Tests, by file and by a part of their titles */
	provenBy: Array<[file: string, title: string]>;
}

export const EVENTS: readonly EventCase[] = [
	{
		what: 'Retry On Fail',
		get: 'what was answered is kept, the rest is asked for again',
		inNode: 'what is done is kept, the rest is waited for again',
		chained: 'what is done is kept, the rest is asked for again',
		create: 'a task that exists is handed on; sent again is only what made no task',
		provenBy: [
			['engine/retries.test.ts', 'a finished task is not asked for again'],
			['engine/retries.test.ts', 'what failed is asked for again'],
			['engine/reliability.test.ts', '$what, with Retry On Fail'],
			['e2e/retries.test.ts', 'Retry On Fail, stopping, the fifth refused'],
		],
	},
	{
		what: 'Executions → Retry, after an error',
		get: 'asked for again',
		inNode: 'waited for again',
		chained: 'goes on from the round that failed',
		create: 'the same, unless the request of an item was changed meanwhile',
		provenBy: [
			['engine/retries.test.ts', 'tasks that exist are handed on, the failed one is sent again'],
			['engine/retries.test.ts', 'unless its request was changed'],
			['e2e/retries.test.ts', 'Executions, Retry'],
		],
	},
	{
		what: 'Stop in the editor',
		get: 'ends within a second, no request afterwards',
		inNode: 'ends within a second, no request afterwards',
		chained: 'the same; while it is parked, n8n ends it',
		create:
			"the same; n8n's log names the tasks that exist, and the items whose tasks may (n8n stores no error of a stopped node)",
		provenBy: [
			['engine/stop.test.ts', 'Stop of Get Result (%s)'],
			['engine/stop.test.ts', 'names the tasks that exist and are billed'],
			['e2e/stop.test.ts', 'Stop ends a wait inside the node'],
			['e2e/stop.test.ts', 'Stop ends a batch that is being created'],
		],
	},
	{
		what: "The workflow's time-out",
		get: 'like Stop',
		inNode: 'like Stop',
		chained: 'like Stop; n8n counts the time while it is parked too',
		create: 'like Stop',
		provenBy: [['e2e/stop.test.ts', "the workflow's time-out ends a wait inside the node"]],
	},
	{
		what: 'SIGTERM (n8n is shut down)',
		get: 'n8n lets it end, for 30 s by default',
		inNode:
			"it goes on until n8n's grace is over (30 s by default); at the next start the execution is crashed",
		chained: 'a parked wait goes on after the start',
		create: 'n8n lets it end, for 30 s by default',
		provenBy: [
			['e2e/stop.test.ts', 'SIGTERM while the node waits'],
			['e2e/kill.test.ts', 'each task comes out once, in its own row'],
		],
	},
	{
		what: 'n8n is killed, or its machine fails',
		get: 'the execution is crashed; ask again',
		inNode: 'the wait is lost, the tasks are not; ask again by their IDs',
		chained: 'a parked wait goes on after the start, each row once',
		create: 'n8n has stored nothing of the node: look at GlobalAI OPC before you run it again',
		provenBy: [['e2e/kill.test.ts', 'each task comes out once, in its own row']],
	},
	{
		what: 'A worker is killed (queue mode)',
		get: 'see [queue mode](queue-mode.md)',
		inNode: 'see [queue mode](queue-mode.md)',
		chained: 'a parked wait goes on on another worker',
		create: 'see [queue mode](queue-mode.md)',
		provenBy: [['queue/queue.test.ts', 'each finished video is delivered once']],
	},
	{
		what: 'An item whose expression or option throws',
		get: "that item's error; the others are asked for",
		inNode: "that item's error; the others are waited for",
		chained: "that item's error; the others go on",
		create: "that item's error, before anything is sent; the others are created",
		provenBy: [['engine/retries.test.ts', 'an option that throws for one row']],
	},
	{
		what: 'A rest after 429 longer than 2 minutes',
		get: 'error that says how long it is',
		inNode: 'nothing is asked until it is over, or until Give Up After',
		chained: 'nothing is asked until it is over, or until Give Up After',
		create: 'error that says how long it is: nothing was created',
		provenBy: [
			['engine/errors.test.ts', 'a rest longer than two minutes is not sat out'],
			['engine/propertiesOfGet.test.ts', 'whatever is answered'],
		],
	},
	{
		what: 'More tasks than the account lets run at once',
		get: '–',
		inNode: '–',
		chained: '–',
		create: 'waits for a slot, if the video is waited for; else error: nothing was created',
		provenBy: [
			['engine/slots.test.ts', 'all rows come out, each made once'],
			['engine/slots.test.ts', 'what nothing waits for is an error'],
			['engine/propertiesOfSlots.test.ts', 'makes every row once, and none is lost'],
			['engine/parked.test.ts', 'all rows come out in their order, each made once'],
		],
	},
];

/**
 * A Request Timeout for the tests of a fault: short where it is about that, else so long that a busy machine comes in
 * time.
 *
 * @returns seconds
 */
export function requestTimeoutFor({ fault }: { fault: Fault }): number {
	return fault.kind === 'hang' || fault.kind === 'slowBody' ? 1 : 60;
}
