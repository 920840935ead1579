import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { startSimulator } from '../../simulator';

/** The key of every engine test; no error may ever hold it. */
export const KEY = ['sk', 'engine', 'tests', '0123456789'].join('-');

type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/** A simulator for the tests of one file, as empty before each test as after its start. */
export function useSimulator(): { readonly api: Simulator; credential: () => ICredentialDataDecryptedObject } {
	let simulator: Simulator | undefined;
	const api = () => {
		if (!simulator) throw new Error('The simulator is not running yet');
		return simulator;
	};
	beforeAll(async () => {
		simulator = await startSimulator({ apiKeys: [KEY] });
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
		credential: () => ({ apiKey: KEY, baseUrl: api().baseUrl }),
	};
}
