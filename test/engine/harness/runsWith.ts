import type { INodeParameters } from 'n8n-workflow';

import { runNode, type EngineResult, type EngineRun } from './engine';
import type { TestSimulator } from './simulator';

/** Runs the node as these defaults say, but for what a test says itself, option by option. */
export function runsWith(
	simulator: TestSimulator,
	defaults: Partial<EngineRun>,
): (run?: Partial<EngineRun>) => Promise<EngineResult> {
	const optionsOf = ({ parameters }: Partial<EngineRun>) => parameters?.options as INodeParameters | undefined;
	return async (run = {}) =>
		await runNode({
			credential: simulator.credential(),
			...defaults,
			...run,
			parameters: {
				...defaults.parameters,
				...run.parameters,
				options: { ...optionsOf(defaults), ...optionsOf(run) },
			},
		});
}
