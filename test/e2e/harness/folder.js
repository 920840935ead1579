const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * A temporary folder for files that n8n writes.
 * @returns {string} its absolute path, without symbolic links: n8n follows none
 */
function temporaryFolder() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-files-'));
	return fs.realpathSync(folder);
}

/** @param {string} folder */
function removeFolder(folder) {
	fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} folder
 * @returns {Record<string, string>} the SHA-256 of each file in it, by name
 */
function hashesIn(folder) {
	const names = fs.readdirSync(folder).sort();
	return Object.fromEntries(names.map((name) => [name, hash(fs.readFileSync(path.join(folder, name)))]));
}

/**
 * @param {string} folder
 * @returns {Array<{ path: string, size: number, isMp4: boolean }>} the files in it
 */
function filesIn(folder) {
	return fs.readdirSync(folder).map((name) => {
		const file = path.join(folder, name);
		const content = fs.readFileSync(file);
		return { path: file, size: content.length, isMp4: content.toString('latin1', 4, 8) === 'ftyp' };
	});
}

/**
 * @param {string} url
 * @returns {Promise<string>} the SHA-256 of what is served there
 */
async function hashOf(url) {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`${url} was answered ${response.status}`);
	return hash(Buffer.from(await response.arrayBuffer()));
}

/** @param {Buffer} content */
function hash(content) {
	return createHash('sha256').update(content).digest('hex');
}

module.exports = { temporaryFolder, removeFolder, filesIn, hashesIn, hashOf };
