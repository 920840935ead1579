import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import { startSimulator } from '../../simulator/index.cts';
import { runNode, type EngineResult, type EngineRun } from './engine';

/** The key of every engine test; no error may ever hold it. */
export const KEY = ['sk', 'engine', 'tests', '0123456789'].join('-');

type Simulator = Awaited<ReturnType<typeof startSimulator>>;
type SimulatorOptions = Parameters<typeof startSimulator>[0];

/** The simulator as the tests of one file use it. */
export interface TestSimulator {
	readonly api: Simulator;
	/** The credential's data for it. */
	credential: () => ICredentialDataDecryptedObject;
	/** Runs the node as these defaults say, but for what a test says itself, option by option. */
	runs: (defaults: Partial<EngineRun>) => (run?: Partial<EngineRun>) => Promise<EngineResult>;
}

/** A simulator for the tests of one file, as empty before each test as after its start, but for its tasks. */
export function useSimulator(options: SimulatorOptions = {}): TestSimulator {
	let simulator: Simulator | undefined;
	const api = () => {
		if (!simulator) throw new Error('The simulator is not running yet');
		return simulator;
	};
	const credential = () => ({ apiKey: KEY, baseUrl: api().baseUrl });
	const optionsOf = ({ parameters }: Partial<EngineRun>) =>
		parameters?.options as INodeParameters | undefined;
	beforeAll(async () => {
		simulator = await startSimulator({ apiKeys: [KEY], ...options });
	});
	beforeEach(() => {
		api().clearFaults();
		api().resetLog();
		api().created.splice(0);
	});
	afterAll(async () => await simulator?.close());
	return {
		get api() {
			return api();
		},
		credential,
		runs:
			(defaults) =>
			async (run = {}) =>
				await runNode({
					credential: credential(),
					...defaults,
					...run,
					parameters: {
						...defaults.parameters,
						...run.parameters,
						options: { ...optionsOf(defaults), ...optionsOf(run) },
					},
				}),
	};
}
