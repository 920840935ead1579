import { readFile } from 'node:fs/promises';
import { shownText } from './locators.cts';

import type { Download, Page } from 'playwright-core';

/** A form that n8n shows to whoever has its address. */
export class WebForm {
	#page;
	#download: Promise<Download>;

	constructor(page: Page) {
		this.#page = page;
		// It begins by itself, as soon as the last page is there.
		this.#download = page.waitForEvent('download', { timeout: 0 });
		this.#download.catch(() => {});
	}

	/** Fills in its text and its file, and sends it. */
	async submit(text: string, file: { name: string; mimeType: string; buffer: Buffer }) {
		await this.#page.locator('textarea').fill(text);
		await this.#page.locator('input[type=file]').setInputFiles(file);
		await this.#page.locator('#submit-btn').click();
	}

	/** Waits for the page with a title, and gives its words. */
	async page(title: string) {
		await this.#page.getByText(title, { exact: true }).first().waitFor();
		return await shownText(this.#page.locator('body'));
	}

	/** Whether the form downloads the very file that is at an address. */
	async isDownloadOf(url: string) {
		const download = await this.#download;
		const served = await (await fetch(url)).arrayBuffer();
		return Buffer.from(served).equals(await readFile(await download.path()));
	}
}
