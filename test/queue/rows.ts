import type { Simulator } from '../simulator/index.cts';

/** How many executions wait, and for how many tasks each. */
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

/** The rows of every execution, with a task of the simulator behind each of them. */
export function addRows(api: Simulator): Row[][] {
	return Array.from({ length: EXECUTIONS }, (_, execution) =>
		Array.from({ length: ROWS_EACH }, (__, place) => {
			const row: Row = {
				id: `video_${execution}_${place}`,
				title: `Row ${place} of list ${execution}`,
				outcome: [1, 7].includes(place) ? 'failed' : 'completed',
				due: dueOf(place),
			};
			api.addTask({ id: row.id, outcome: 'never' });
			if (row.due === 'at once') api.finishTask(row.id, row.outcome);
			return row;
		}),
	);
}

/** Ends the tasks that are due. */
export function endTasks(api: Simulator, rows: Row[], due: Due): void {
	for (const row of rows) {
		if (row.due === due) api.finishTask(row.id, row.outcome);
	}
}

function dueOf(place: number): Due {
	if (place === 9) return 'at once';
	return place < 5 ? 'first wait' : 'second wait';
}
