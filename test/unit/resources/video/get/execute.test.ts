import type { IDataObject } from 'n8n-workflow';

import { execute } from '../../../../../nodes/Seedance/resources/video/get/execute';
import { finish, NOW, SECOND, useClock } from '../../../clock';
import { containing } from '../../../expecting';
import { streamed } from '../../../http/responses';
import { type Ran, type Run, runOperation, type Sent } from '../running';

useClock();

const LINK = 'https://cdn.example/v.mp4';
const FORM = { taskId: ({ id }: IDataObject) => id, waitUntilDone: 'no', giveUpAfter: 30 };

const AGENT_TOOL = { name: 'Seedance', type: 'n8n-nodes-globalaiopc.seedanceTool', parameters: FORM };

const idOf = ({ url }: Sent) => url.split('/').at(-1) as string;
const processing = (id: string) => ({ id, status: 'processing', created: NOW / 1000 });
const done = (id: string) => ({ ...processing(id), status: 'completed', video_url: LINK });

/** Gets the results of these tasks, whose IDs say how they are. */
async function get(ids: string[], run: Partial<Run> = {}): Promise<Ran> {
	const reply = (sent: Sent) => {
		if (idOf(sent) === 'missing') return streamed(404, '');
		return idOf(sent).startsWith('done') ? done(idOf(sent)) : processing(idOf(sent));
	};
	const items = ids.map((id) => ({ id, row: `of ${id}` }));
	return await finish(runOperation(execute, { items, parameters: FORM, reply, ...run }));
}

const outOf = ({ outputs }: Ran) => outputs?.map((items) => items.map(({ json }) => json.error ?? json.id));

test('each item has its task, in the order of the items; the same task is checked once', async () => {
	const ran = await get(['done_1', 'busy', 'done_1']);
	expect(outOf(ran)).toEqual([['done_1', 'busy', 'done_1']]);
	expect(ran.sent.map(idOf)).toEqual(['done_1', 'busy']);
	expect(ran.hints).toEqual([containing('1 of 3 videos are not done yet')]);
});

test.each([
	[false, "The video is not done yet. To wait for it, set 'Wait Until Done'."],
	[true, "The video is not done yet, so its file is missing. To wait for it, set 'Wait Until Done'."],
])('the editor is told of a video that is not done (Download Video: %s)', async (downloadVideo, hint) => {
	expect((await get(['busy'], { parameters: { ...FORM, downloadVideo } })).hints).toEqual([hint]);
});

test.each<[string, Partial<Run>]>([
	['all videos are done', {}],
	['the node waits', { parameters: { ...FORM, waitUntilDone: 'inNode' } }],
	['an AI agent calls the node', { more: { getNode: () => AGENT_TOOL } }],
])('where %s, the editor is told of no unfinished video', async (_case, run) => {
	const reply = (sent: Sent) => done(idOf(sent));
	const answers = run.more ? {} : { reply };
	expect((await get(['busy'], { ...answers, ...run })).hints).toEqual([]);
});

test('an item that fails stops the workflow, or is output in its place', async () => {
	const stopped = await get(['done_1', 'missing']);
	expect(stopped.error).toMatchObject({ message: containing('"missing"'), context: { itemIndex: 1 } });
	const ran = await get(['missing', 'done_1', ''], { onError: 'continueRegularOutput' });
	expect(outOf(ran)).toEqual([[containing('"missing"'), 'done_1', "The 'Task ID' is empty"]]);
});

test('a wait inside the node goes on until the task is done', async () => {
	const reply = (sent: Sent, number: number) => (number < 3 ? processing(idOf(sent)) : done(idOf(sent)));
	const ran = await get(['busy'], { reply, parameters: { ...FORM, waitUntilDone: 'inNode' } });
	expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({ id: 'busy', video_url: LINK });
	expect(ran.sent.map(({ at }) => at)).toEqual([0, 30 * SECOND, 60 * SECOND]);
});

test('chained with a Wait node, what is still running leaves by the second output and goes on counting', async () => {
	const chained = { ...FORM, waitUntilDone: 'withWaitNode' };
	const node = { getChildNodes: () => [] };
	const ran = await get(['done_1', 'busy'], { parameters: chained, more: node });
	expect(outOf(ran)).toEqual([['done_1'], ['busy']]);
	const [, [item]] = ran.outputs as [unknown, [{ json: IDataObject }]];
	expect(item.json.polling).toMatchObject({ attempt: 1, waitSeconds: 66 });
	expect(ran.hints).toEqual([containing("'Still Running' leads nowhere")]);

	const parameters = { ...chained, taskId: ({ id }: IDataObject) => id };
	const again = await get([], { items: [item.json], parameters, more: node });
	expect(again.outputs?.[1]?.[0]?.json.polling).toMatchObject({ attempt: 2 });
});

test("chained, an empty item that n8n adds by 'Done' is told", async () => {
	const node = {
		name: 'Seedance',
		type: 'n8n-nodes-globalaiopc.seedance',
		parameters: {},
		alwaysOutputData: true,
	};
	const more = { getNode: () => node, getChildNodes: () => [{ name: 'Wait' }] };
	const ran = await get(['busy'], { parameters: { ...FORM, waitUntilDone: 'withWaitNode' }, more });
	expect(ran.hints).toEqual([containing("'Done' outputs an empty item")]);
});
