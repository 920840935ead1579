const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const folder = mkdtempSync(join(tmpdir(), 'n8n-binary-data-'));
// n8n-core reads these when its store is first asked for.
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_BINARY_DATA_STORAGE_PATH = folder;

const { Container, core } = require('./n8nCore');

/** Opens n8n's binary store on a temporary folder, in the mode that keeps files on disk. */
async function openBinaryStore() {
	await Container.get(core.BinaryDataService).init();
}

/**
 * A stored file's bytes.
 *
 * @param {string} id as in an item's binary entry
 */
function readStoredFile(id) {
	return readFileSync(Container.get(core.BinaryDataService).getPath(id));
}

/**
 * Makes the store refuse every file, before it has read any of it: the folder for them can't be made.
 *
 * @returns {() => void} mends it; what was stored is gone
 */
function breakBinaryStore() {
	const files = join(folder, 'workflows');
	rmSync(files, { recursive: true, force: true });
	writeFileSync(files, 'no folder');
	return () => rmSync(files);
}

function removeBinaryStore() {
	rmSync(folder, { recursive: true, force: true });
}

module.exports = { breakBinaryStore, openBinaryStore, readStoredFile, removeBinaryStore };
