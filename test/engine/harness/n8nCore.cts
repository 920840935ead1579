// n8n-core's services live in its dependency injection container, which needs this first.
import 'reflect-metadata';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { WorkflowExecute } from 'n8n-core';
import type { INode, Workflow } from 'n8n-workflow';

/** n8n-core reads its folders from the environment when it is first loaded. */
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-tests';
process.env.N8N_LOG_LEVEL = 'silent';

// Required here, since imports run before everything else.
const core: typeof import('n8n-core') = require('n8n-core');
const { version }: { version: string } = require('n8n-core/package.json');
const { SSHClientsManager } = require('n8n-core/dist/execution-engine/ssh-clients-manager');

/** n8n-core's own container: another copy of it would hold other services. */
const { Container } = require(require.resolve('@n8n/di', { paths: [require.resolve('n8n-core')] }));

afterAll(() => {
	// In n8n-core 1.x its timer, begun with the first context, would keep the process from ending.
	Container.get(SSHClientsManager).onShutdown();
	rmSync(userFolder, { recursive: true, force: true });
});

/**
 * Runs a workflow from one of its nodes, as this version of n8n-core takes it.
 *
 * @returns the execution, which can be canceled
 */
export function runFrom(
	execute: WorkflowExecute,
	workflow: Workflow,
	startNode: INode,
): ReturnType<WorkflowExecute['run']> {
	if (!version.startsWith('1.')) return execute.run({ workflow, startNode });
	const run = execute.run as (...args: unknown[]) => ReturnType<typeof execute.run>;
	return run.call(execute, workflow, startNode);
}

/** The signal that n8n's Stop aborts, which every node of an execution may listen to. */
export function stopSignalOf(execute: WorkflowExecute): AbortSignal {
	const { abortController } = execute as unknown as { abortController: AbortController };
	return abortController.signal;
}

export { core, Container };
