import type { Simulator } from '../simulator/index.cts';

/** How many executions wait in a chain, and for how many tasks each. */
export const EXECUTIONS = 20;
const ROWS_EACH = 10;

/** When a row's task ends: before the first status check, during the first wait, or during the second. */
type Due = 'at once' | 'first wait' | 'second wait';

/** One row of a user's list, and what has to become of it. */
export interface Row {
	id: string;
	title: string;
	outcome: 'completed' | 'failed';
	due: Due;
}

type Fate = Pick<Row, 'outcome' | 'due'>;

/** Every fate a row can have, in an order in which none sorts itself out. */
const FATES: Fate[] = [
	{ outcome: 'completed', due: 'second wait' },
	{ outcome: 'failed', due: 'at once' },
	{ outcome: 'completed', due: 'first wait' },
	{ outcome: 'failed', due: 'second wait' },
	{ outcome: 'completed', due: 'at once' },
	{ outcome: 'failed', due: 'first wait' },
];

/** The rows of every execution that waits in a chain. */
export function chainedRows(api: Simulator): Row[][] {
	return lists(EXECUTIONS, (execution) =>
		addRows(api, `chained_${execution}`, ROWS_EACH, (place) => ({
			outcome: [1, 7].includes(place) ? 'failed' : 'completed',
			due: dueOf(place),
		})),
	);
}

/** The rows of executions that are parked, five each, of all fates. */
export function parkedRows(api: Simulator, count: number): Row[][] {
	return lists(count, (execution) =>
		addRows(api, `parked_${execution}`, 5, (place) => FATES[(execution + place) % FATES.length] as Fate),
	);
}

/** The rows of executions that are to be killed at work, three each: the first is due first, and none fails. */
export function lostRows(api: Simulator, name: string, count: number): Row[][] {
	const dues: Due[] = ['first wait', 'at once', 'second wait'];
	return lists(count, (execution) =>
		addRows(api, `${name}_${execution}`, dues.length, (place) => ({
			outcome: 'completed',
			due: dues[place] as Due,
		})),
	);
}

/** Ends the tasks that are due. */
export function endTasks(api: Simulator, rows: Row[], due: Due): void {
	for (const row of rows) {
		if (row.due === due) api.finishTask(row.id, row.outcome);
	}
}

function lists(count: number, listOf: (execution: number) => Row[]): Row[][] {
	return Array.from({ length: count }, (_, execution) => listOf(execution));
}

/** Rows with a task of the simulator behind each of them. */
function addRows(api: Simulator, name: string, count: number, fateOf: (place: number) => Fate): Row[] {
	return Array.from({ length: count }, (_, place) => {
		const row: Row = {
			id: `video_${name}_${place}`,
			title: `Row ${place} of list ${name}`,
			...fateOf(place),
		};
		api.addTask({ id: row.id, outcome: 'never' });
		if (row.due === 'at once') api.finishTask(row.id, row.outcome);
		return row;
	});
}

function dueOf(place: number): Due {
	if (place === 9) return 'at once';
	return place < 5 ? 'first wait' : 'second wait';
}
