/**
 * A wait that n8n stores in its database, with nothing to connect on the canvas. This file is the module's only door.
 *
 * Three executions take part. The helpers are sub-executions that this node starts, with itself and n8n's Wait node in
 * them:
 *
 * - the user's execution, parked for the keeper. What the keeper ends with becomes the output of the user's node;
 * - the keeper, parked for the checker. It runs only for milliseconds when it starts and ends, so a kill hardly hits it;
 * - the checker, which makes the status checks and is parked between two turns. What the API had no slot for at the start is
 *   made by its turns.
 *
 * n8n resumes a parked execution after a kill or a restart, but it loses one that runs at that moment. Without the keeper,
 * a kill during a status check would lose the user's rows. In the keeper, the nodes are called `<name>: Park` and
 * `<name>: Done`; in the checker, `<name>: Check` and `<name>: Wait`.
 *
 *     user's execution      keeper                          checker
 *
 *     the node ──items──▶ Start ─▶ Park ─────items──────▶ Start ─▶ Check ──some are running──▶ Wait
 *     (parked)                   (parked)◀─┐                       ▲   │                     (parked)
 *        ▲                           │     │ checker lost          └───┼──after 66 s or more────┘
 *        │                           ▼     │ (5 times at most)         │
 *        └──────────items────────── Done ──┘ ◀───────outcomes──────────┘ all are decided, or one has
 *                                                                        failed and "On Error" is to stop
 *
 * | n8n is killed while …     | what happens                                                                  |
 * | ------------------------- | ----------------------------------------------------------------------------- |
 * | all three are parked      | n8n resumes the checker when its turn is due                                  |
 * | the checker runs          | The checker is lost. n8n resumes the keeper (2.39.10, and from 2.41 on); on   |
 * |                           | other versions it wakes every two minutes, and finds the turn overdue twice.  |
 * |                           | "Park" then starts another checker with the items that the keeper remembers   |
 * | the keeper starts or ends | n8n resumes the user's execution with one error item that names every ID. On  |
 * |                           | other versions the checker finds the keeper gone, and starts another          |
 * | the user's execution runs | It is lost, as any other. The helpers end at their next turn                  |
 *
 * What is made costs money, and must not be made twice. So a turn takes several steps: "Check" marks the next items as sent
 * and leads to itself, n8n stores that (the checker saves its progress), and only then they are sent. Where the checker is
 * lost, the next one goes on with what n8n has stored of it, and what was marked may exist: it is told so, and not sent again.
 *
 *     Check: checks what is due ─▶ Check: sends what was marked ─▶ … ─▶ Wait, or back to the keeper
 *            marks the next                marks the next
 *
 * In n8n's queue mode the checker is a job, and n8n overwrites what it has stored of a job whose worker is killed. Where n8n
 * may run so, a turn that made something ends the checker: the keeper stores the items, and starts another with them. Of a lost
 * checker of which nothing is stored, as many of the next items may exist as its turn might make. Elsewhere the keeper is left
 * alone: a kill while it is at work would lose all.
 *
 * Where the user stops or deletes the user's execution, the helpers find at their next turn that no execution waits for
 * them, and end without items. A stopped checker becomes an error of each item; a stopped keeper fails the user's node.
 *
 * | file            | what it is                                                                          |
 * | --------------- | ----------------------------------------------------------------------------------- |
 * | `park.ts`       | the user's execution: outputs the items, or parks                                   |
 * | `keeper.ts`     | the keeper's two nodes, "Park" and "Done"                                           |
 * | `checker.ts`    | the checker's node, "Check"                                                         |
 * | `make.ts`       | what a turn makes, and how much of it                                               |
 * | `item.ts`       | an item as the helpers hold it, and the errors of a wait that ended early           |
 * | `role.ts`       | what a node of a helper has to know, as its parameters                              |
 * | `workflow.ts`   | the helpers' workflows, and how they are started                                    |
 * | `executions.ts` | which of the executions n8n still has, and whether they still wait for one another  |
 * | `rehearsal.ts`  | whether this n8n can do all that                                                    |
 */
import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { Pollable } from '../pollable';
import { runChecker } from './checker';
import { endKeeper, parkKeeper } from './keeper';
import { REHEARSED_ITEM } from './rehearsal';
import { PARKED_WAIT, parkedFields, readParkedFor } from './role';

export type { Made } from './item';
export { readMade } from './executions';
export { notMadeYet } from './make';
export { parkItems, type WaitingItems } from './park';
export { whyNotParked } from './rehearsal';

/** So many outputs, as a JavaScript expression. */
function outputs(count: number): string {
	return `[${Array(count).fill(`{ type: "${NodeConnectionTypes.Main}" }`).join(', ')}]`;
}

/**
 * The hidden operation that this node has in the helpers: it stands in the table of operations, but the form doesn't offer
 * it. n8n adds the error output of a rehearsal by itself.
 */
export const parkedWait = {
	value: PARKED_WAIT,
	outputs: `$parameter["role"] === "rehearsal"
		? ${outputs(1)}
		: $parameter["role"] === "checker" ? ${outputs(3)} : ${outputs(2)}`,
	fields: parkedFields,
};

/**
 * The work of the hidden operation.
 *
 * @param pollable what the resource of the node polls
 * @throws NodeOperationError or NodeApiError of the first item that failed, where "On Error" says to stop
 */
export async function executeParkedWait(
	context: IExecuteFunctions,
	pollable: Pollable,
): Promise<INodeExecutionData[][]> {
	const parkedFor = readParkedFor(context);
	switch (parkedFor.role) {
		case 'rehearsal':
			return [[REHEARSED_ITEM]];
		case 'keeperParks':
			return await parkKeeper(context, pollable, parkedFor);
		case 'keeperEnds':
			return await endKeeper(context, pollable, parkedFor);
		case 'checker':
			return await runChecker(context, pollable, parkedFor);
	}
}
