import { sleep, type ICredentialDataDecryptedObject } from 'n8n-workflow';

import { startSimulator } from '../../simulator/index.cts';

/** The key of every engine test; no error may ever hold it. */
export const KEY = ['sk', 'engine', 'tests', '0123456789'].join('-');

type Simulator = Awaited<ReturnType<typeof startSimulator>>;
type SimulatorOptions = Parameters<typeof startSimulator>[0];

/** The simulator as the tests of one file use it. */
export interface TestSimulator {
	readonly api: Simulator;
	/** The credential's data for it. */
	credential: () => ICredentialDataDecryptedObject;
	/** Holds back every answer until the returned function is called. */
	hold: () => () => void;
}

/** A simulator for the tests of one file, as empty before each test as after its start. */
export function useSimulator(options: SimulatorOptions = {}): TestSimulator {
	let simulator: Simulator | undefined;
	const api = () => {
		if (!simulator) throw new Error('The simulator is not running yet');
		return simulator;
	};
	beforeAll(async () => {
		simulator = await startSimulator({ apiKeys: [KEY], ...options });
	});
	beforeEach(() => {
		api().clearFaults();
		api().resetLog();
	});
	afterAll(async () => await simulator?.close());
	return {
		get api() {
			return api();
		},
		hold: () => {
			let letGo = () => {};
			const until = new Promise<void>((resolve) => (letGo = resolve));
			const fault = api().fault({ kind: 'hold', until, times: Infinity });
			return () => {
				fault.remove();
				letGo();
			};
		},
		credential: () => ({ apiKey: KEY, baseUrl: api().baseUrl }),
	};
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(20);
}
