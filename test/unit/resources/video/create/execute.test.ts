import type { IDataObject } from 'n8n-workflow';

import { execute } from '../../../../../nodes/Seedance/resources/video/create/execute';
import { after, finish, MINUTE, NOW, SECOND, useClock } from '../../../clock';
import { containing, matching } from '../../../expecting';
import { broken, streamed } from '../../../http/responses';
import { type Ran, type Run, runOperation, type Sent } from '../running';

useClock();

const LINK = 'https://cdn.example/v.mp4';

const FORM = {
	model: 'seedance_1_5_pro_720p',
	prompt: ({ prompt }: IDataObject) => prompt,
	duration: 5,
	waitUntilDone: 'no',
	giveUpAfter: 30,
};

const promptOf = ({ body }: Sent) => (body?.content as Array<{ text: string }>)[0]?.text as string;

/** A task by the prompt that it was made of. */
const task = (prompt: string, more: object = {}) => ({
	id: `video_${prompt}`,
	status: 'queued',
	created: NOW / 1000,
	model: 'seedance_1_5_pro_720p',
	...more,
});

/** Creates a video of each prompt; a status check finds it done. */
async function create(prompts: string[], run: Partial<Run> = {}): Promise<Ran> {
	const reply = (sent: Sent) =>
		sent.method === 'POST'
			? task(promptOf(sent))
			: task(sent.url.split('video_')[1] as string, { status: 'completed', video_url: LINK });
	const items = prompts.map((prompt) => ({ prompt }));
	const ran = runOperation(execute, { items, parameters: FORM, reply, ...run });
	return await finish(ran);
}

const outOf = ({ outputs }: Ran) => outputs?.[0]?.map(({ json }) => json.error ?? json.id);
const prompts = ({ sent }: Ran) => sent.filter(({ method }) => method === 'POST').map(promptOf);

test('one create for each item, in their order, and a hint that the videos are to come', async () => {
	const ran = await create(['a', 'b', 'c']);
	expect(prompts(ran)).toEqual(['a', 'b', 'c']);
	expect(outOf(ran)).toEqual(['video_a', 'video_b', 'video_c']);
	expect(ran.hints).toEqual([containing('3 videos are ordered, not made yet')]);
});

test('each video is waited for from when its create is answered', async () => {
	const reply = async (sent: Sent) => {
		if (sent.method === 'GET')
			return task('b', { id: sent.url.split('/').at(-1), status: 'completed', video_url: LINK });
		await after(promptOf(sent) === 'b' ? 10 * SECOND : 0);
		return task(promptOf(sent));
	};
	const ran = await create(['a', 'b'], { reply, parameters: { ...FORM, waitUntilDone: 'inNode' } });
	expect(ran.outputs?.[0]?.map(({ json }) => [json.id, json.video_url])).toEqual([
		['video_a', LINK],
		['video_b', LINK],
	]);
	const checks = ran.sent.filter(({ method }) => method === 'GET');
	expect(checks.map(({ at }) => at)).toEqual([150 * SECOND, 150 * SECOND]);
});

describe('a create that is refused', () => {
	const reply = (sent: Sent) =>
		promptOf(sent) === 'b' ? streamed(400, { error: 'no such model' }) : task(promptOf(sent));

	test('stops the creates that are not sent yet, and names what exists', async () => {
		const ran = await create(['a', 'b', 'c'], {
			reply: async (sent) => {
				await after(SECOND);
				return reply(sent);
			},
			parameters: { ...FORM, options: { maxConcurrency: 1 } },
		});
		expect(prompts(ran)).toEqual(['a', 'b']);
		expect(ran.error?.context.itemIndex).toBe(1);
		expect(ran.error?.description).toMatch(/No task was created for this item.* created: video_a\.$/);
	});

	test('is an error of its item alone where the workflow goes on', async () => {
		const ran = await create(['a', 'b', 'c'], { reply, onError: 'continueRegularOutput' });
		expect(outOf(ran)).toEqual(['video_a', containing('rejected the request for a new task'), 'video_c']);
	});
});

test('a create whose answer was lost may exist: the error says so, and so does that of any other item', async () => {
	const reply = (sent: Sent) =>
		promptOf(sent) === 'a' ? broken('ECONNRESET') : streamed(400, { error: 'no' });
	const alone = await create(['a'], { reply });
	expect(alone.error?.description).toContain('may exist and be billed');
	const both = await create(['a', 'b'], { reply, onError: 'continueRegularOutput' });
	expect(both.outputs?.[0]?.map(({ json }) => (json.details as IDataObject).description)).toEqual([
		containing('may exist and be billed'),
		containing('No task was created for this item'),
	]);
});

describe('when n8n runs the node again', () => {
	test('what exists, or may exist, is not sent again; what certainly does not is', async () => {
		const memory = {};
		const reply = (sent: Sent) => {
			if (promptOf(sent) === 'a') return task('a');
			return promptOf(sent) === 'b' ? broken('ECONNRESET') : streamed(400, { error: 'no' });
		};
		const run = { memory, onError: 'continueRegularOutput' as const };
		await create(['a', 'b', 'c'], { ...run, reply });
		const again = await create(['a', 'b', 'c'], run);
		expect(prompts(again)).toEqual(['c']);
		expect(outOf(again)).toEqual(['video_a', containing('broke the connection'), 'video_c']);
	});

	test('nothing is remembered of a run that no error ended', async () => {
		const memory = {};
		await create(['a'], { memory });
		expect(memory).toEqual({});
	});
});

describe('a video that fails', () => {
	const reply = (sent: Sent) => {
		if (sent.method === 'POST') return task(promptOf(sent));
		const isBad = sent.url.endsWith('_bad');
		const end = isBad
			? { status: 'failed', error: 'refused prompt' }
			: { status: 'completed', video_url: LINK };
		return { ...task(''), id: sent.url.split('/').at(-1), ...end };
	};
	const parameters = { ...FORM, waitUntilDone: 'inNode' };

	test('stops the workflow; its error names every task of the run', async () => {
		const ran = await create(['good', 'bad'], { reply, parameters });
		expect(ran.error).toMatchObject({
			message: 'Task "video_bad" failed: refused prompt',
			context: { itemIndex: 1 },
		});
		expect(ran.error?.description).toContain('created: video_good, video_bad.');
	});

	test('is output like a finished one where that is wanted', async () => {
		const options = { ifTaskFails: 'output' };
		const ran = await create(['bad'], { reply, parameters: { ...parameters, options } });
		expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({ id: 'video_bad', status: 'failed' });
	});
});

test('a stop by hand sends nothing more, and tells the log what exists', async () => {
	const controller = new AbortController();
	const reply = (sent: Sent, number: number) => {
		if (number === 2) controller.abort();
		return task(promptOf(sent));
	};
	const parameters = { ...FORM, options: { maxConcurrency: 1 } };
	const ran = await create(['a', 'b', 'c'], { reply, parameters, cancelSignal: controller.signal });
	expect(prompts(ran)).toEqual(['a', 'b']);
	expect(ran.error?.message).toBe('The execution was canceled');
	expect(ran.log).toEqual([
		matching(/^Creating videos was stopped\. Tasks of this run that were created: video_a/),
	]);
});

test('more items than the option allows: none is sent, and each is an error', async () => {
	const options = { maxTasks: 1 };
	const run = {
		parameters: { ...FORM, options, 'options.maxTasks': 1 },
		onError: 'continueRegularOutput' as const,
	};
	const ran = await create(['a', 'b'], run);
	expect(ran.sent).toEqual([]);
	expect(outOf(ran)).toHaveLength(2);
});

test('what is wrong with one item is found before anything is sent', async () => {
	const ran = await create(['a', '']);
	expect(ran.sent).toEqual([]);
	expect(ran.error).toMatchObject({ message: "The 'Prompt' is empty", context: { itemIndex: 1 } });
	expect(Date.now() - NOW).toBeLessThan(MINUTE);
});
