import fs from 'node:fs';
import path from 'node:path';
import { loadProfile } from '../../host/profiles.cts';

/** Settings of an n8n for `workflowsOfNode`. */
export const WITNESS = { NODE_OPTIONS: `--require ${path.join(__dirname, 'workflowWitness.js')}` };

/** @returns the folder of each n8n-workflow that the node has loaded, without symbolic links */
export function workflowsOfNode(userFolder: string): string[] {
	const files = fs.readFileSync(path.join(userFolder, 'n8n-workflow.txt'), 'utf8').trim().split('\n');
	return [...new Set(files.map((file) => fs.realpathSync(file).replace(/(.*\/n8n-workflow)\/.*/, '$1')))];
}

/** @returns the folder of n8n's own n8n-workflow, without symbolic links */
export function workflowOfN8n(): string {
	return fs.realpathSync(path.join(loadProfile().dir, 'node_modules', 'n8n-workflow'));
}
