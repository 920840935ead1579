import { runCommand } from './command.cts';
import { isMet, resultTable } from './page.cts';
import { MIXES } from './schedule/tasks.cts';
import { scheduleRow } from './works/schedule.cts';

/** Exit code: 1 where a target is missed, 2 where it can't run. */
void runCommand(async () => {
	const rows = Object.entries(MIXES).map(([name, mix]) => scheduleRow(name, mix, 1));
	console.log(resultTable(rows));
	return rows.every(isMet) ? 0 : 1;
});
