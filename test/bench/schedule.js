'use strict';

const { parseArgs } = require('node:util');
const { SECTIONS } = require('./schedule/sections');
const { comparison, intervalTable } = require('./schedule/tables');
const { FIRST_ASKED_WITHIN } = require('./schedule/tasks');

const HELP = `Usage: node test/bench/schedule.js [options]

Questions asked and delay until a finished task is noticed: the adaptive schedule against fixed intervals.
Needs a build (npm run build). Prints Markdown. Exit code: 1 where the target is missed, 2 where it can't run.

  --tasks N   simulated tasks a row; default: 10000
  --seed N    the same seed gives the same tables; default: 1
  --help      this text
`;

/** @type {import('node:util').ParseArgsConfig['options']} */
const FLAGS = { tasks: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } };

/**
 * @param {string} flag
 * @param {unknown} text
 */
function wholeNumber(flag, text) {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) {
		throw new Error(`${flag} needs a whole number above 0, not "${text}"`);
	}
	return value;
}

/**
 * @param {number} count tasks a row
 * @param {number} seed
 * @returns {boolean} whether every target is met
 */
function report(count, seed) {
	console.log('# When a task is asked for: the adaptive schedule against fixed intervals\n');
	console.log(`${count} simulated tasks a row, seed ${seed}. The first question is asked at a random age of up`);
	console.log(`to ${FIRST_ASKED_WITHIN} s, where the row says nothing else. Delay: from finished to noticed.`);
	let missed = 0;
	for (const section of SECTIONS) {
		const compared = comparison(section, count, seed);
		missed += compared.missed;
		console.log(`\n## ${section.title}\n\n${section.note}\n`);
		console.log(intervalTable(section, count, seed));
		console.log('\nAgainst the fixed interval that asks least and notices as soon:\n');
		console.log(compared.text);
	}
	return missed === 0;
}

try {
	const { values } = parseArgs({ options: FLAGS });
	if (values.help) {
		console.log(HELP);
	} else {
		const count = wholeNumber('--tasks', values.tasks ?? 10_000);
		process.exitCode = report(count, wholeNumber('--seed', values.seed ?? 1)) ? 0 : 1;
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
}
