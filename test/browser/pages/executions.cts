import { byTestId, shownText } from './locators.cts';

import type { Page } from 'playwright-core';

/** The lists of executions, and an execution that is opened from them. */
export class Executions {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	/** What the list of all executions says of one: the name of its workflow, and its status. */
	async row(id: string) {
		const row = byTestId(this.#page, 'global-execution-list-item').filter({
			has: this.#page.locator(`a[href$="/executions/${id}"]`),
		});
		const status = await shownText(byTestId(row, 'execution-status'));
		return { workflow: await shownText(row.locator('a').first()), status };
	}

	/** Waits until an execution is open, and gives its status. */
	async opened(id: string) {
		return await shownText(
			byTestId(byTestId(this.#page, `execution-preview-details-${id}`), 'execution-preview-label'),
		);
	}

	/** The sticky note in the execution that is open. */
	get note() {
		return byTestId(this.#page, 'sticky');
	}
}
