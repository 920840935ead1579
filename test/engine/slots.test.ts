import type { INodeParameters } from 'n8n-workflow';

import type { TaskOptions } from '../simulator/tasks.cts';
import { MINUTE, PLAIN_RUN, play, type CommonRun, type Meanwhile, type World } from './harness/virtualRun';

const SECOND = 1_000;

const NAMES = Array.from({ length: 12 }, (_, row) => `Video ${row}`);

/** A world in which tasks take three minutes, as far as nothing else is said; and in what order they were made. */
function worldOf(lives: Record<string, TaskOptions>, more: World<unknown>) {
	const made: string[] = [];
	const order = (prompt: string): TaskOptions => {
		made.push(prompt);
		return { id: prompt, finishAfter: 180, error: 'prompt refused', ...lives[prompt] };
	};
	return { world: { ...more, order } satisfies World<unknown>, made };
}

interface Case extends Meanwhile {
	names?: string[];
	lives?: Record<string, TaskOptions>;
	form?: INodeParameters;
	settings?: Partial<CommonRun>;
	world?: World<unknown>;
}

/** Has videos of these names made, inside the node. */
async function run({
	names = NAMES,
	lives = {},
	form = {},
	settings,
	world: more = {},
	...meanwhile
}: Case = {}) {
	const { world, made } = worldOf(lives, { maxRunning: 3, ...more });
	const played = await play(
		{ ...PLAIN_RUN, maxRetries: 4, ...settings },
		names.map((id, row) => ({ id, row })),
		{ operation: 'create', waitUntilDone: 'inNode', prompt: '={{ $json.id }}', ...form },
		world,
		meanwhile,
	);
	const ends = played.leaving.map(({ row, item: { json } }) => [row, json.error ?? json.status]);
	const creates = played.log.filter(({ kind }) => kind === 'create');
	const refused = creates.filter(({ status }) => status === 429);
	return { ...played, ends: ends.sort(([a], [b]) => Number(a) - Number(b)), made, creates, refused };
}

const completed = NAMES.map((_name, row) => [row, 'completed']);

describe('Create that waits inside the node, through an account that makes three at a time', () => {
	test('all rows come out, each made once, little later than possible', async () => {
		const { ends, made, refused, endedSteady } = await run({ settings: { onError: 'stopWorkflow' } });
		expect(ends).toEqual(completed);
		expect([...made].sort()).toEqual([...NAMES].sort());
		expect(refused.length).toBeLessThan(30);
		// Four rounds of three minutes, each found up to 30 s late.
		expect(endedSteady).toBeLessThan(4 * 3.5 * MINUTE + 30 * SECOND);
	});
});
