import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A temporary folder for files that n8n writes.
 * @returns its absolute path, without symbolic links: n8n follows none
 */
export function temporaryFolder(): string {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-files-'));
	return fs.realpathSync(folder);
}

export function removeFolder(folder: string) {
	fs.rmSync(folder, { recursive: true, force: true });
}

/** @returns the SHA-256 of each file in it, by name */
export function hashesIn(folder: string): Record<string, string> {
	const names = fs.readdirSync(folder).sort();
	return Object.fromEntries(names.map((name) => [name, hash(fs.readFileSync(path.join(folder, name)))]));
}

/** @returns the files in it */
export function filesIn(folder: string): Array<{ path: string; size: number; isMp4: boolean }> {
	return fs.readdirSync(folder).map((name) => {
		const file = path.join(folder, name);
		const content = fs.readFileSync(file);
		return { path: file, size: content.length, isMp4: content.toString('latin1', 4, 8) === 'ftyp' };
	});
}

/** @returns the SHA-256 of what is served there */
export async function hashOf(url: string): Promise<string> {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`${url} was answered ${response.status}`);
	return hash(Buffer.from(await response.arrayBuffer()));
}

/** @returns its SHA-256 */
export function hash(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}
