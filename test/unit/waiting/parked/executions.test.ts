import {
	isAwaited,
	isKeeperLost,
	isResumedByN8n,
	readChecker,
	reasonOfEnd,
	WATCH_MS,
} from '../../../../nodes/Seedance/waiting/parked/executions';
import { stubContext } from '../../stubContext';

const waitTill = new Date();

/** An execution that is parked; n8n may have noted for which. */
const parked = (children?: string[], more: object = {}) => ({
	waitTill,
	resultData: {},
	executionData: {
		nodeExecutionStack: [{ metadata: { waitingChildExecutionIds: children } }],
		contextData: {},
		...more,
	},
});

const stopped = { name: 'ManualExecutionCancelledError', message: 'Stopped' };

/** n8n's database with these executions; one that throws can't be read. */
function database(executions: Record<string, object | (() => never) | undefined>) {
	const asked: string[] = [];
	const getExecutionDataById = async (id: string) => {
		asked.push(id);
		const found = executions[id];
		return typeof found === 'function' ? (found as () => never)() : found;
	};
	return { asked, context: stubContext({ more: { getExecutionDataById } }) };
}

const unreadable = (): never => {
	throw new Error('The database is locked');
};

const WHO = { userExecutionId: 'user', keeperExecutionId: 'keeper' };

type Execution = object | (() => never) | undefined;

describe('which executions still wait', () => {
	const remembering = (checkerId: string) => parked(undefined, { contextData: { flow: { checkerId } } });
	test.each<[string, Execution, boolean]>([
		['a parked execution', parked(), true],
		['one that is parked for this one', parked(['execution-0', 'execution-1']), true],
		['one that is parked for another by now', parked(['execution-3']), false],
		['a keeper that remembers this one as its checker', remembering('execution-1'), true],
		['a keeper that remembers another checker', remembering('execution-3'), false],
		['one that was stopped', { ...parked(['execution-1']), resultData: { error: stopped } }, false],
		['one that crashed before it was parked', { resultData: {} }, false],
		['one that was deleted', undefined, false],
		['one that can not be read now', unreadable, true],
	])('%s', async (_case, execution, expected) => {
		const { context, asked } = database({ 'execution-5': execution });
		const keeperless = { userExecutionId: 'execution-5', keeperExecutionId: '' };
		expect(await isAwaited(context, keeperless)).toBe(expected);
		expect(asked).toEqual(['execution-5']);
	});

	test('every execution up to the one of the user has to', async () => {
		const keeper = parked(['execution-1']);
		expect(await isAwaited(database({ user: parked(['keeper']), keeper }).context, WHO)).toBe(true);
		expect(await isAwaited(database({ user: { resultData: {} }, keeper }).context, WHO)).toBe(false);
	});
});

describe('how an execution ended', () => {
	const byKill = { reason: 'n8n stopped during a status check', isCancelled: false };

	test.each<[string, Execution, object]>([
		['by Stop', { resultData: { error: stopped } }, { reason: 'Stopped', isCancelled: true }],
		[
			'by an error',
			{ resultData: { error: { message: 'Stalled' } } },
			{ reason: 'Stalled', isCancelled: false },
		],
		['by a crash', { resultData: {} }, byKill],
		['in a way that can not be read', unreadable, byKill],
	])('%s', async (_case, execution, expected) => {
		expect(await reasonOfEnd(database({ one: execution }).context, 'one')).toEqual(expected);
	});
});

test.each([
	['notes for which execution it parks another', { waitingChildExecutionIds: ['2'] }, true],
	['notes nothing', {}, false],
])('an n8n that %s resumes it after a kill: %s', (_case, metadata, expected) => {
	expect(isResumedByN8n(stubContext({ more: { getExecuteData: () => ({ metadata }) } }))).toBe(expected);
});

describe('what is stored of a checker', () => {
	const items = [{ json: { outcome: {} } }];
	const runData = { Video: [{}, { data: { main: [items] } }] };
	const next = { waitTill: waitTill.toISOString(), resultData: {} };
	const over = { resultData: { lastNodeExecuted: 'Video', runData } };
	const atWork = {
		...over,
		executionData: { contextData: { 'node:Video: Check': { items: [{ id: 'video_1' }] } } },
	};

	test.each<[string, Execution, object]>([
		['parked until its next turn', next, { state: 'parked', untilMs: waitTill.getTime() }],
		['over, with its items', over, { state: 'finished', items }],
		['at work, or lost at work: how many steps it has done', atWork, { state: 'working', steps: 2 }],
		['failed', { waitTill, resultData: { error: stopped } }, { state: 'ended' }],
		['deleted', undefined, { state: 'ended' }],
		['not to be read now, which says nothing', unreadable, { state: 'parked', untilMs: Infinity }],
	])('%s', async (_case, execution, expected) => {
		expect(await readChecker(database({ check: execution }).context, 'check', 'Video')).toEqual(expected);
	});
});

describe('a keeper that was lost in a kill', () => {
	const CRASHED = { name: 'WorkflowCrashedError' };
	const parkedUntil = (ms: number, error?: object) => ({
		...parked(),
		waitTill: new Date(Date.now() + ms),
		resultData: { error },
	});

	test.each<[string, Execution, boolean]>([
		['parked for a while yet', parkedUntil(1_000), false],
		['that has just woken, and may be at work', parkedUntil(-1_000), false],
		['that did not wake when it was due', parkedUntil(-2 * WATCH_MS), true],
		['that crashed', parkedUntil(1_000, CRASHED), true],
		['that was deleted', undefined, true],
		['that the user stopped', parkedUntil(-2 * WATCH_MS, stopped), false],
		['that ended normally', { resultData: {} }, false],
		['that n8n resumes itself', { ...parked(['1']), resultData: { error: CRASHED } }, false],
		['that can not be read now', unreadable, false],
	])('one %s', async (_case, keeper, expected) => {
		expect(await isKeeperLost(database({ user: parked(), keeper }).context, WHO)).toBe(expected);
	});

	test("no other is needed where the user's execution no longer waits", async () => {
		const { context } = database({ user: { resultData: {} }, keeper: undefined });
		expect(await isKeeperLost(context, WHO)).toBe(false);
	});
});
