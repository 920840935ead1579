import { byTestId } from './locators.cts';

import type { Page } from 'playwright-core';

/** The nodes panel: where a person looks for a node. */
export class Panel {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	get root() {
		return byTestId(this.#page, 'node-creator');
	}

	/** Opens it on a workflow without nodes. */
	async open() {
		await byTestId(this.#page, 'canvas-add-button').click();
		await this.root.waitFor();
	}

	async search(words: string) {
		await byTestId(this.root, 'node-creator-search-bar').fill(words);
	}

	/** An entry of the panel, such as a node or an action. */
	entry(name: string) {
		const title = this.#page.getByText(name, { exact: true });
		return byTestId(this.root, 'item-iterator-item').filter({ has: title }).first();
	}

	/** Chooses the first entry that the search has found, by the keyboard. */
	async chooseFirst() {
		await byTestId(this.root, 'node-creator-search-bar').press('Enter');
	}

	async choose(name: string) {
		await this.entry(name).click();
	}
}
