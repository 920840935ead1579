import { byTestId, shownText } from './locators.cts';

import type { Page } from 'playwright-core';

/** What a node's window shows instead of items when the run failed there. */
export class ErrorBox {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	/** What happened. */
	async message() {
		return await shownText(byTestId(this.#page, 'node-error-message'));
	}

	/** What to do. */
	async description() {
		return await shownText(byTestId(this.#page, 'node-error-description'));
	}

	/** Everything there is to be read, the folded details too. */
	async everything() {
		await this.#page.getByText('Other info', { exact: true }).click();
		return await shownText(byTestId(this.#page, 'output-panel'));
	}
}
