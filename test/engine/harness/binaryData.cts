import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'n8n-binary-data-'));
// n8n-core reads these when its store is first asked for.
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_BINARY_DATA_STORAGE_PATH = folder;

import { Container, core } from './n8nCore.cts';

/** n8n's binary store on a temporary folder, in the mode that keeps files on disk, for the tests of one file. */
export function useBinaryStore() {
	beforeAll(async () => await Container.get(core.BinaryDataService).init());
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

/**
 * A stored file's bytes.
 *
 * @param id as in an item's binary entry
 */
export function readStoredFile(id: string) {
	return readFileSync(Container.get(core.BinaryDataService).getPath(id));
}

/**
 * Makes the store refuse every file, before it has read any of it: the folder for them can't be made.
 *
 * @returns mends it; what was stored is gone
 */
export function breakBinaryStore(): () => void {
	const files = join(folder, 'workflows');
	rmSync(files, { recursive: true, force: true });
	writeFileSync(files, 'no folder');
	return () => rmSync(files);
}
