import type { INodeParameters } from 'n8n-workflow';

import { runNode } from './harness/engine';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

/** The node as an AI agent calls it. */
function call(parameters: INodeParameters) {
	return runNode({ asTool: true, credential: simulator.credential(), parameters });
}

test('a running task: a small answer that says when to ask again', async () => {
	const { id } = simulator.api.addTask({ extra: { totalTokens: 5 } });
	const { outputs } = await call({ taskId: id });
	expect(outputs[0]?.[0]?.json).toEqual({
		id,
		status: 'queued',
		expiresAt: expect.any(String),
		nextStep: expect.stringMatching(/^Still queued, ask again in 1[45]\d s/),
	});
});

test('a finished task: the link, and no file', async () => {
	const { id } = simulator.api.addTask({ finishAfter: 0 });
	const { outputs } = await call({ taskId: id, downloadVideo: true });
	expect(outputs[0]?.[0]?.json).toMatchObject({ id, video_url: expect.any(String) });
	expect(outputs[0]?.[0]).not.toHaveProperty('binary');
	expect(simulator.api.requests).toHaveLength(1);
});

test.each(['withWaitNode', 'parked'])(
	'nothing could bring the answer back to a model: %s asks once',
	async (waitUntilDone) => {
		const { id } = simulator.api.addTask();
		const { outputs } = await call({ taskId: id, waitUntilDone });
		expect(outputs).toHaveLength(1);
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, nextStep: expect.stringContaining('ask again') });
	},
);

test.each([undefined, 'no', 'parked'])(
	'a created task: its ID, and when to ask (%s)',
	async (waitUntilDone) => {
		const { outputs } = await call({ operation: 'create', prompt: 'A cat', waitUntilDone });
		const [item] = outputs[0] ?? [];
		expect(item?.json).toMatchObject({ id: simulator.api.created.at(-1)?.id, status: 'queued' });
		expect(item?.json.nextStep).toContain('with the same id');
	},
);

test('a task that was created with no word of its status: its ID, and when to ask', async () => {
	simulator.api.fault({ method: 'POST', kind: 'status', status: 200, body: { id: 'video_1' } });
	const { outputs } = await call({ operation: 'create', prompt: 'A cat' });
	const nextStep = 'The video was ordered, ask for it in 30 s with the same id.';
	expect(outputs[0]?.[0]?.json).toEqual({ id: 'video_1', nextStep });
});

test('an error says what to do in its message, all that a model is given', async () => {
	const { error } = await call({ taskId: 'video_gone' });
	expect(error?.message).toMatch(/^GlobalAI OPC has no task "video_gone"\. Tasks .*one day/);
});
