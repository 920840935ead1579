const fs = require('node:fs');
const path = require('node:path');

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');

/** @typedef {import('../../host/session/workflow').WorkflowJson} WorkflowJson */

/** The file names of all example workflows. */
function exampleNames() {
	return fs.readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));
}

/**
 * @param {string} name such as `is-my-video-done.json`
 * @returns {WorkflowJson}
 */
function readExample(name) {
	return JSON.parse(fs.readFileSync(path.join(EXAMPLES, name), 'utf8'));
}

module.exports = { exampleNames, readExample };
