'use strict';

// Loaded into n8n before its own code: on SIGUSR2 it collects garbage and writes down what is left. Without
// that, resident memory shows mostly garbage that nobody has asked V8 to collect yet. JavaScript, since that process is
// n8n's own and reads no TypeScript.

const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collectGarbage = runInNewContext('gc');

process.on('SIGUSR2', () => {
	collectGarbage();
	collectGarbage();
	const { heapUsed, external } = process.memoryUsage();
	const file = join(process.env['N8N_USER_FOLDER'] ?? '.', 'bench-memory.json');
	writeFileSync(`${file}.new`, JSON.stringify({ liveBytes: heapUsed + external }));
	renameSync(`${file}.new`, file);
});
