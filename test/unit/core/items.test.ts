import type { IDataObject, OnError } from 'n8n-workflow';

import { forEachItem } from '../../../nodes/Seedance/core/items';
import { beginAttempt } from '../../../nodes/Seedance/core/attempt';
import { failure, success } from '../../../nodes/Seedance/core/error';
import { stubContext } from '../stubContext';

/** Rows that are refused while they are prepared or checked, or whose preparing or checking throws. */
type Row = 'good' | 'unprepared' | 'unchecked' | 'breaks';

/** Runs these rows, and says in which order they were prepared, checked and worked on, and what came of them. */
async function run(rows: Row[], onError: OnError, options: IDataObject = {}) {
	const steps: string[] = [];
	const more = {
		getInputData: () => rows.map((row) => ({ json: { row } })),
		continueOnFail: () => onError !== 'stopWorkflow',
	};
	const context = stubContext({ parameters: { options }, node: { onError }, more });
	const leaving = forEachItem<{ row: Row; index: number }>(context, {
		attempt: beginAttempt(context),
		prepare: (index, _options, includeInput) => {
			steps.push(`prepare ${index}${includeInput ? ', included' : ''}`);
			if (rows[index] === 'unprepared') throw new Error('unprepared');
			return { row: rows[index] as Row, index };
		},
		check: ({ row, index }) => {
			if (row === 'good') return undefined;
			steps.push(`check ${index}`);
			if (row === 'breaks') return Promise.reject(new Error('breaks'));
			return Promise.resolve(failure({ kind: 'badInput', message: 'unchecked', description: '' }));
		},
		work: async (_prepared, index) => {
			steps.push(`work ${index}`);
			return success({ item: { json: { worked: index } } });
		},
	});
	const ends = await leaving.then(
		(items) => items.map(({ item }) => item.json.error ?? item.json.worked),
		(error: Error & { context: IDataObject }) => `${error.message} (${String(error.context.itemIndex)})`,
	);
	return { steps, ends };
}

test.each<[Row, string]>([
	['unchecked', 'unchecked (1)'],
	['breaks', 'breaks (1)'],
	['unprepared', 'unprepared (1)'],
])('a row that is %s stops the workflow before any work', async (row, ends) => {
	const { steps, ends: end } = await run(['good', row, 'good'], 'stopWorkflow');
	expect(end).toBe(ends);
	expect(steps.filter((step) => step.startsWith('work'))).toEqual([]);
});

test('rows are prepared, then checked, then worked on; those that are refused leave in their places', async () => {
	const { steps, ends } = await run(['unchecked', 'good', 'unprepared', 'breaks'], 'continueRegularOutput');
	expect(ends).toEqual(['unchecked', 1, 'unprepared', 'breaks']);
	expect(steps).toEqual(['prepare 0', 'prepare 1', 'prepare 2', 'prepare 3', 'check 0', 'check 3', 'work 1']);
});

test.each<[unknown, string[], unknown]>([
	['Yes', ['prepare 0, included', 'work 0'], [0]],
	['', ['prepare 0', 'work 0'], [0]],
	['maybe', [], [`'Include Input Fields' can't be "maybe"`]],
])('Include Input Fields %j', async (includeInput, steps, ends) => {
	expect(await run(['good'], 'continueRegularOutput', { includeInput } as IDataObject)).toEqual({
		steps,
		ends,
	});
});
