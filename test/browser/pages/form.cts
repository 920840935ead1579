import { byTestId, isCutOff, shownText } from './locators.cts';

import type { Page } from 'playwright-core';

/** A node's own window: its form in the middle, what came in on the left, what came out on the right. */
export class Form {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	get root() {
		return byTestId(this.#page, 'node-parameters').first();
	}

	get input() {
		return byTestId(this.#page, 'ndv-input-panel');
	}

	get output() {
		return byTestId(this.#page, 'output-panel');
	}

	/** @param name as in a workflow's JSON */
	field(name: string) {
		return byTestId(this.#page, `parameter-input-${name}`);
	}

	/** The names of the fields that a person sees, from top to bottom. */
	async fields() {
		await this.root.waitFor();
		return await this.root.locator('[data-test-id^="parameter-input-"]:visible').evaluateAll((inputs) => {
			const names = inputs.map((input) => (input.getAttribute('data-test-id') ?? '').slice(16));
			return names.filter((name) => !['field', 'hint', 'item'].includes(name));
		});
	}

	/** Opens a drop-down list. */
	async openList(name: string) {
		await this.field(name).click();
		await this.#options().first().waitFor();
	}

	/** What is offered in the list that is open: titles, and whether each explanation can be read to its end. */
	async offered() {
		const options = [];
		for (const option of await this.#options().all()) {
			const [title = '', ...words] = (await option.innerText()).split('\n');
			const explanation = option.locator('.option-description');
			const isWhole = (await explanation.count()) === 0 || !(await isCutOff(explanation));
			options.push({ title, explanation: words.join(' ').trim(), isWhole });
		}
		return options;
	}

	/** Closes the list that is open. */
	async closeList() {
		await this.#page.keyboard.press('Escape');
		await this.#options().first().waitFor({ state: 'hidden' });
	}

	/** Chooses from a drop-down list. */
	async choose(name: string, title: string) {
		await this.openList(name);
		await this.#page
			.locator('[data-test-id="parameter-input-item"]:visible')
			.filter({ has: this.#page.getByText(title, { exact: true }) })
			.click();
		// Fades away, and would be taken for a part of the next list.
		await this.#options().first().waitFor({ state: 'hidden' });
	}

	/** Chooses from a locator's list, found by words. */
	async find(name: string, words: string, title: string) {
		await byTestId(this.field(name), 'rlc-input').click();
		await this.#page
			.locator('[data-test-id="rlc-search"] input, input[data-test-id="rlc-search"]')
			.fill(words);
		const found = this.#page.locator('[data-test-id="rlc-item"]:visible').filter({ hasText: title });
		await found.first().click();
		await found.first().waitFor({ state: 'hidden' });
	}

	/** What a locator's list has chosen. */
	async located(name: string) {
		return await byTestId(this.field(name), 'rlc-input').inputValue();
	}

	/** Fills in a field of plain text. */
	async write(name: string, text: string) {
		await this.field(name).locator('textarea, input').first().fill(text);
	}

	async toggle(name: string) {
		await this.field(name).locator('[role="switch"], .el-switch').first().click();
	}

	/** Runs this node and what comes before it. */
	async execute() {
		await byTestId(this.#page, 'node-execute-button').click();
	}

	/**
	 * Opens the output's file, and waits until its video plays.
	 * @param from the second to wait for
	 * @returns how long and how wide it is
	 */
	async playVideo(from = 0) {
		await byTestId(this.output, 'ndv-view-binary-data').first().click();
		const video = this.output.locator('video');
		await video.waitFor();
		await this.#page.waitForFunction(([element, time]: any) => element.currentTime > time, [
			await video.elementHandle(),
			from,
		] as const);
		return await video.evaluate(({ duration, videoWidth }: any) => ({
			seconds: duration,
			width: videoWidth,
		}));
	}

	/** The part of the page with the form, down to a field, and the output at its right. */
	async formAndOutput(lastField: string) {
		const [form, last, output] = await Promise.all(
			[this.root, this.field(lastField), this.output].map(async (one) => {
				const box = await one.boundingBox();
				if (!box) throw new Error('A part of the picture is not to be seen');
				return box;
			}),
		);
		if (!form || !last || !output) throw new Error('A part of the picture is missing');
		const { x } = form;
		const { y } = output;
		return { x, y, width: output.x + output.width - x, height: last.y + last.height + 16 - y };
	}

	/** Drags a field of the input into the list of fields that an Edit Fields node sets. */
	async dragToFields(name: string) {
		const pill = byTestId(this.input, 'run-data-schema-item').getByText(name, { exact: true }).first();
		await pill.hover();
		await this.#page.mouse.down();
		const target = byTestId(this.root, 'assignment-collection-drop-area');
		// A second move, as n8n takes the first for the beginning of the drag.
		await target.hover();
		await target.hover({ position: { x: 5, y: 5 } });
		await this.#page.mouse.up();
	}

	/** The expression in a field. */
	async expression(name: string) {
		return await shownText(byTestId(this.root, `assignment-${name}`).locator('.cm-content'));
	}

	/** Makes the first credential of its kind: opens the dialog. */
	async firstCredential() {
		await this.root.getByRole('button', { name: 'Connect to GlobalAI OPC' }).click();
	}

	/** Opens the dialog of the credential that is chosen. */
	async editCredential() {
		await byTestId(this.root, 'credential-edit-button').click();
	}

	/** Waits until a credential is the one that is chosen. */
	async hasCredential(name: string) {
		const input = byTestId(this.#page, 'node-credentials-select').locator('input');
		await this.#page.waitForFunction(([element, wanted]) => (element as any).value === wanted, [
			await input.elementHandle(),
			name,
		] as const);
	}

	/** The link to the execution that a node's output came from, or that made this one: its words, and where it leads. */
	async relatedExecution() {
		const link = byTestId(this.output, 'related-execution-link');
		return { words: await shownText(link), path: (await link.getAttribute('href')) ?? '' };
	}

	async close() {
		await byTestId(this.#page, 'ndv-close-button').click();
		await byTestId(this.#page, 'ndv').waitFor({ state: 'hidden' });
	}

	#options() {
		return this.#page.locator('[data-test-id="parameter-input-item"]:visible');
	}
}
