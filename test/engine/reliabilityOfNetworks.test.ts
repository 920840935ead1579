import { FAULTS, type FaultCase } from '../reliability/cases.cts';
import { ON_ERROR } from './harness/engine';
import { KEY, PLAIN_RUN, play } from './harness/virtualRun';
import { leaksOf, wordsOf } from './harness/virtualWords';

// A server can't be asked for a fault of the network in between. That real ones come so is proven in network.test.ts.

const NETWORK = FAULTS.filter(({ fault }) => fault.kind === 'network');

const always = ({ fault }: FaultCase) => ({ faults: [{ ...fault, times: Infinity }] });

describe.each(ON_ERROR)('the network fails (%s)', (onError) => {
	const run = { ...PLAIN_RUN, onError, maxRetries: 1 };

	test.each(NETWORK)('a single status check: $what', async (one) => {
		const form = { taskId: '={{ $json.id }}', waitUntilDone: 'no' };
		const played = await play(run, [{ id: 'video_0' }], form, always(one));
		expect(played.log).toHaveLength(one.retried ? 2 : 1);
		expect(wordsOf(played).join()).toContain(one.words);
		expect(leaksOf(wordsOf(played), KEY)).toEqual([]);
	});

	test.each(NETWORK)('a create, until Max Retries are used up: $what', async (one) => {
		const form = { operation: 'create', waitUntilDone: 'no', prompt: 'A cat' };
		const played = await play(run, [{}], form, always(one));
		expect(played.log).toHaveLength(one.creating === 'sentAgain' ? 2 : 1);
		const words = [...wordsOf(played), played.error?.description ?? ''].join();
		expect(words).toContain(one.words);
		expect(words).toContain('No task was created');
	});

	test.each(NETWORK)('a create, with Retry On Fail: $what', async (one) => {
		const form = { operation: 'create', waitUntilDone: 'no', prompt: 'A cat' };
		const world = { faults: [one.fault], order: () => ({ id: 'video_0' }) };
		const played = await play({ ...run, maxRetries: 0, tries: 2 }, [{}], form, world);
		expect(played.log).toHaveLength(2);
		expect(played.leaving.map(({ item }) => item.json.id)).toEqual(['video_0']);
	});
});
