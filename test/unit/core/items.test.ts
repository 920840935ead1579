import { NodeOperationError, type IDataObject, type OnError } from 'n8n-workflow';

import { Items } from '../../../nodes/Seedance/core/items';
import { beginAttempt } from '../../../nodes/Seedance/core/attempt';
import { failure, InputError, success } from '../../../nodes/Seedance/core/error';
import { stubContext } from '../stubContext';

/** Rows that are refused, or that throw, in one of the steps. */
type Row = 'good' | 'unprepared' | 'unchecked' | 'breaks' | 'unsent';

const REFUSED = failure({ kind: 'badInput', message: 'refused', description: '' });

/** Runs these rows, and says in which order they were prepared, checked and worked on, and what came of them. */
async function run(rows: Row[], onError: OnError, options: IDataObject = {}) {
	const taken: string[] = [];
	const more = {
		getInputData: () => rows.map((row) => ({ json: { row } })),
		continueOnFail: () => onError !== 'stopWorkflow',
	};
	const context = stubContext({ parameters: { options }, node: { onError }, more });
	const work = async () => {
		const items = new Items(context, beginAttempt(context));
		const prepared = items.prepare((index, _options, includeInput) => {
			taken.push(`prepare ${index}${includeInput ? ', included' : ''}`);
			if (rows[index] === 'unprepared') throw new Error('unprepared');
			return rows[index] as Row;
		});
		const checked = await items.each(prepared, async (row, index) => {
			taken.push(`check ${index}`);
			if (row === 'breaks') throw new Error('breaks');
			return row === 'unchecked' ? REFUSED : success(index);
		});
		const sent = await items.together(checked, async (indexes) => {
			taken.push(`send ${[...indexes.values()].join(', ')}`);
			return new Map(
				[...indexes].map(([index]) => [index, rows[index] === 'unsent' ? REFUSED : success(index)]),
			);
		});
		const worked = await items.each(sent, async (index) => {
			taken.push(`work ${index}`);
			return success({ item: { json: { worked: index } } });
		});
		return items.outputs(worked).map(({ item }) => item.json.error ?? item.json.worked);
	};
	const ends = await work().catch(
		(error: Error & { context: IDataObject }) => `${error.message} (${String(error.context.itemIndex)})`,
	);
	return { taken, ends };
}

test.each<[Row, string, string[]]>([
	['unprepared', 'unprepared (1)', []],
	['unchecked', 'refused (1)', ['check 0', 'check 1', 'check 2']],
	['breaks', 'breaks (1)', ['check 0', 'check 1', 'check 2']],
	['unsent', 'refused (1)', ['check 0', 'check 1', 'check 2', 'send 0, 1, 2']],
])('a row that is %s stops the workflow before the next step', async (row, ends, steps) => {
	const { taken, ends: end } = await run(['good', row, 'good'], 'stopWorkflow');
	expect(end).toBe(ends);
	expect(taken.filter((step) => !step.startsWith('prepare'))).toEqual(steps);
});

test('each step does all rows before the next begins; those that failed keep their places', async () => {
	const rows: Row[] = ['unchecked', 'good', 'unprepared', 'breaks', 'unsent'];
	const { taken, ends } = await run(rows, 'continueRegularOutput');
	expect(ends).toEqual(['refused', 1, 'unprepared', 'breaks', 'refused']);
	const prepared = rows.map((_, index) => `prepare ${index}`);
	expect(taken).toEqual([...prepared, 'check 0', 'check 1', 'check 3', 'check 4', 'send 1, 4', 'work 1']);
});

test.each<[unknown, string[], unknown]>([
	['Yes', ['prepare 0, included', 'check 0', 'send 0', 'work 0'], [0]],
	['', ['prepare 0', 'check 0', 'send 0', 'work 0'], [0]],
	['maybe', ['send '], [`'Include Input Fields' can't be "maybe"`]],
])('Include Input Fields %j', async (includeInput, taken, ends) => {
	expect(await run(['good'], 'continueRegularOutput', { includeInput } as IDataObject)).toEqual({
		taken,
		ends,
	});
});

test('a stop by hand stops the workflow, whatever "On Error" says, and names no item', async () => {
	const more = { continueOnFail: () => true, getInputData: () => [{ json: {} }] };
	const context = stubContext({
		node: { onError: 'continueRegularOutput' },
		cancelSignal: AbortSignal.abort(),
		more,
	});
	const items = new Items(context, beginAttempt(context));
	const steps = items.prepare(() => 'ready');
	const canceled = { kind: 'canceled' as const, message: 'The execution was canceled', description: '' };
	const error = await items.each(steps, async () => failure(canceled)).catch((thrown: unknown) => thrown);
	expect(error).toMatchObject({ message: 'The execution was canceled', context: { itemIndex: undefined } });
});

test('an InputError gets the node and the index of the item that it is about', () => {
	const more = { getInputData: () => [{ json: {} }, { json: {} }], continueOnFail: () => false };
	const context = stubContext({ more });
	const prepare = () =>
		new Items(context, beginAttempt(context)).prepare((index) => {
			if (index === 1) throw new InputError('It is empty', 'Fill it in.');
		});
	let error: unknown;
	try {
		prepare();
	} catch (thrown) {
		error = thrown;
	}
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error).toMatchObject({
		message: 'It is empty',
		description: 'Fill it in.',
		context: { itemIndex: 1 },
		node: { name: 'Seedance' },
	});
});

test.each<OnError>(['stopWorkflow', 'continueRegularOutput'])(
	'an error says what the API said, without the key: %s',
	async (onError) => {
		const more = { getInputData: () => [{ json: {} }], continueOnFail: () => onError !== 'stopWorkflow' };
		const context = stubContext({ node: { onError }, more });
		const attempt = { ...beginAttempt(context), redact: (text: string) => text.replaceAll('SECRET', '***') };
		const items = new Items(context, attempt);
		const error = {
			kind: 'rejected',
			message: 'refused',
			description: 'Mend it.',
			said: 'bad SECRET',
		} as const;
		const steps = [{ value: 0, includeInput: false }];
		const ends = await items.each(steps, async () => failure(error)).catch((thrown: unknown) => thrown);
		const description = 'Mend it. The API said: bad ***';
		expect(ends).toMatchObject(
			onError === 'stopWorkflow' ? { description } : [{ failed: { json: { details: { description } } } }],
		);
	},
);
