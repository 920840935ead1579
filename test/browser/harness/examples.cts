import fs from 'node:fs';
import path from 'node:path';

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');

export type WorkflowJson = import('../../host/session/workflow.cts').WorkflowJson;

/** The file names of all example workflows. */
export function exampleNames() {
	return fs.readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));
}

/** @param name such as `is-my-video-done.json` */
export function readExample(name: string): WorkflowJson {
	return JSON.parse(fs.readFileSync(path.join(EXAMPLES, name), 'utf8'));
}
