import { byTestId } from './locators.cts';

import type { Page } from 'playwright-core';

/** The dialog in which a credential is made, saved and tested. */
export class CredentialDialog {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	get root() {
		return byTestId(this.#page, 'editCredential-modal');
	}

	async fill(data: { apiKey?: string; baseUrl?: string }) {
		for (const [name, value] of Object.entries(data)) {
			const input = byTestId(this.root, `parameter-input-${name}`).locator('input').first();
			await input.fill(value);
		}
	}

	/** What stands in the field for the address. */
	async baseUrl() {
		return await byTestId(this.root, 'parameter-input-baseUrl').locator('input').first().inputValue();
	}

	/** Saves it, which tests it too. */
	async save() {
		await byTestId(this.root, 'credential-save-button').click();
	}

	/** Waits until n8n closes it, as it does once a new credential has been saved and has passed the test. */
	async closed() {
		await this.root.waitFor({ state: 'hidden' });
	}

	/** Waits until the dialog, opened again, says that the test went well. */
	async accepted() {
		await this.root.getByText('Connection tested successfully').waitFor();
	}

	/** Waits until the dialog says why the test failed. */
	async says(words: string) {
		const reason = this.root.getByText(words).first();
		const fold = this.root.getByText('More details', { exact: true });
		await reason.or(fold).first().waitFor();
		if (await fold.isVisible()) await fold.click();
		await reason.waitFor();
	}

	async close() {
		await this.#page.getByRole('button', { name: 'Close this dialog' }).click();
		await this.closed();
	}
}
