import fs from 'node:fs';
import path from 'node:path';

import type { WorkflowJson } from './session/workflow.cts';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

/** The file names of all example workflows. */
export function exampleNames() {
	return fs.readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));
}

/** @param name such as `is-my-video-done.json` */
export function readExample(name: string): WorkflowJson {
	return JSON.parse(fs.readFileSync(path.join(EXAMPLES, name), 'utf8'));
}
