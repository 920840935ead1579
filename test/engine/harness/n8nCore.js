// n8n-core's services live in its dependency injection container, which needs this first.
require('reflect-metadata');

const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** n8n-core reads its folders from the environment when it is first loaded. */
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-tests';
process.env.N8N_LOG_LEVEL = 'silent';

const core = require('n8n-core');

module.exports = { core, userFolder };
