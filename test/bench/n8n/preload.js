'use strict';

// Loaded into n8n before its own code: on SIGUSR2 it collects garbage and writes a file. Without that, resident memory
// is mostly garbage that V8 had no reason to collect. JavaScript, because n8n's process reads no TypeScript.

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collectGarbage = runInNewContext('gc');

process.on('SIGUSR2', () => {
	collectGarbage();
	collectGarbage();
	writeFileSync(join(process.env['N8N_USER_FOLDER'] ?? '.', 'bench-collected'), '');
});
