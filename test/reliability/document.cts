// `npm run docs:reliability`: writes docs/reliability.md from the list that the tests run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../bench/markdown.cts';
import { DOWNLOADS, EVENTS, FAULTS, FORMS } from './cases.cts';

import type { Creating, Waiting } from './cases.cts';

const root = join(__dirname, '..', '..');
const FILE = join(root, 'docs', 'reliability.md');

const WAITING: Record<Waiting, { first: string; later: string }> = {
	ends: { first: 'error at once', later: 'error at once' },
	passesLater: { first: 'retried, then error', later: 'passes until Give Up After' },
	passes: { first: 'passes until Give Up After', later: 'passes until Give Up After' },
	passesThrice: {
		first: 'passes 3 times in a row, then error',
		later: 'passes 3 times in a row, then error',
	},
	passesThriceOnceAnswered: { first: 'error at once', later: 'passes 3 times in a row, then error' },
};

const CREATING: Record<Creating, string> = {
	refused: 'error: nothing was created',
	unknown: 'error: may exist and be billed; never sent again',
	sentAgain: 'sent again after a pause, then error: nothing was created',
	failed: 'error with the ID of the task; never sent again',
};

/** @returns the document as the list has it */
export function render(): string {
	const checks = FAULTS.map(({ what, retried, waiting, creating }) => [
		what,
		waiting === undefined ? '–' : retried ? 'retried, then error' : 'error at once',
		waiting === undefined
			? '–'
			: waiting === 'passesLater' && !retried
				? 'error at once'
				: WAITING[waiting].first,
		waiting === undefined ? '–' : WAITING[waiting].later,
		creating === undefined ? '–' : CREATING[creating],
	]);
	return `# What goes wrong, and what you get

Made by \`npm run docs:reliability\` from [the list that the tests run](../test/reliability/cases.cts), so don't edit it:
a test fails where the two differ. Every cell is tested on n8n 2 and on n8n 1, single status checks and creates with each
of the *On Error* settings.

*Error* means the item's error, by the node's *On Error* setting: it stops the workflow, or the item leaves with \`error\`
and \`details\` while the others go on. No item is ever dropped, and no error holds the API key or a part of it.

## A request fails

*Retried* and *sent again* mean as often as **Max Retries** allows. Both ways to wait (*Inside This Node*, *Chained With a
Wait Node*) do the same.

${table(['what happens', 'Get Result, no wait', 'waiting: first status check', 'waiting: a later one', 'Create'], checks, 'left')}

With n8n's **Retry On Fail** the node runs again with all its items. What was answered is not asked for again, and a
create is sent again only where nothing was created.

## A task comes in another form

All of these are understood, with and without a wait; the fields leave as they came.

${FORMS.map(({ what }) => `- ${what}`).join('\n')}

## A download fails

The error names the task, keeps it in \`details\`, and gives its link. Where the server can, a broken download goes on
where it broke.

${table(
	['what happens', 'Download Video'],
	DOWNLOADS.map(({ what, retried }) => [what, retried ? 'retried, then error' : 'error at once']),
	'left',
)}

## n8n or its user intervenes

${table(
	['what happens', 'Get Result, no wait', 'waiting inside the node', 'chained with a Wait node', 'Create'],
	EVENTS.map(({ what, get, inNode, chained, create }) => [what, get, inNode, chained, create]),
	'left',
)}
`;
}

/** @returns the document as it is in docs */
export function written(): string {
	return readFileSync(FILE, 'utf8');
}

/** Events whose proof isn't there: no test in that file has that in its title. */
export function unproven(): string[] {
	return EVENTS.flatMap(({ what, provenBy }) =>
		provenBy
			.filter(([file, title]) => !readFileSync(join(root, 'test', file), 'utf8').includes(title))
			.map(([file, title]) => `${what}: no test "${title}" in ${file}`),
	);
}

if (require.main === module) writeFileSync(FILE, render());
