import * as task from '../../nodes/Seedance/resources/video/video';
import * as hints from '../../nodes/Seedance/resources/video/hints';
import * as output from '../../nodes/Seedance/resources/video/output';
import { ON_ERROR } from './harness/engine';
import { KEY, useSimulator } from './harness/simulator';
import { expectHidden } from '../unit/expecting';

jest.mock('../../nodes/Seedance/resources/video/video', () =>
	spied('../../nodes/Seedance/resources/video/video', 'readCreated'),
);
jest.mock('../../nodes/Seedance/resources/video/output', () =>
	spied('../../nodes/Seedance/resources/video/output', 'taskFields'),
);
jest.mock('../../nodes/Seedance/resources/video/hints', () =>
	spied('../../nodes/Seedance/resources/video/hints', 'hintOrdered'),
);

/** A module whose one function is followed, and may be broken. */
function spied(path: string, name: string): object {
	const actual = jest.requireActual<Record<string, (...given: unknown[]) => unknown>>(path);
	return { ...actual, [name]: jest.fn(actual[name]) };
}

const simulator = useSimulator();

/** An exception as a bug of the node would throw it. */
const bug = (): never => {
	throw new TypeError(`It has no fields (${KEY})`);
};

const create = simulator.runs({
	items: [{ prompt: 'First' }, { prompt: 'Second' }],
	tries: 3,
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { maxConcurrency: 1, maxRetries: 0 },
	},
});

describe.each(ON_ERROR)('an exception (%s)', (onError) => {
	test('after a create was sent: it may exist, is told so, and is not sent again', async () => {
		jest.mocked(task.readCreated).mockImplementationOnce(bug);
		const { error, outputs } = await create({ onError });
		const failed = outputs.flat().find(({ json }) => json.error)?.json as
			| { error?: string; details?: { description: string } }
			| undefined;
		expect(error?.message ?? failed?.error).toContain(
			'Something went wrong with the answer about a new task: It has no fields',
		);
		const description = error?.description ?? failed?.details?.description ?? '';
		expect(description).toContain('may exist and be billed');
		expectHidden(`${error?.message} ${JSON.stringify(failed)} ${description}`, KEY);
		const sent = simulator.api.created.map(({ body }) => JSON.stringify(body).includes('First'));
		expect(sent).toEqual(onError === 'stopWorkflow' ? [true] : [true, false]);
	});

	test('after a task was made: its ID is in the error, and it is not made again', async () => {
		jest.mocked(output.taskFields).mockImplementationOnce(bug);
		const { error, outputs } = await create({ onError, tries: 0, items: [{ prompt: 'First' }] });
		const id = simulator.api.created[0]?.id;
		const words = `Task "${id}" was created, and then something went wrong: It has no fields`;
		expect(error?.message ?? outputs.flat()[0]?.json.error).toContain(words);

		jest.mocked(output.taskFields).mockImplementationOnce(bug);
		const retried = await create({ onError, items: [{ prompt: 'First' }] });
		expect(retried.outputs[0]?.map(({ json }) => json.id)).toEqual([simulator.api.created[1]?.id]);
		expect(simulator.api.created).toHaveLength(2);
	});

	test('that is of no item: where the workflow goes on, each item is told, and none is taken for a result', async () => {
		jest.mocked(hints.hintOrdered).mockImplementationOnce(bug);
		const { error, outputs } = await create({ onError, tries: 0 });
		if (onError === 'stopWorkflow') {
			expect(error?.message).toContain('It has no fields');
			return;
		}
		expect(error).toBeUndefined();
		const failed = outputs.flat();
		expect(failed.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('Something went wrong in this node: It has no fields'),
			expect.stringContaining('Something went wrong in this node: It has no fields'),
		]);
		if (onError === 'continueErrorOutput') expect(outputs[0]).toEqual([]);
		expectHidden(JSON.stringify(failed), KEY);
	});
});
