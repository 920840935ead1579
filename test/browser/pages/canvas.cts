import { byTestId, shownText } from './locators.cts';

import type { Page } from 'playwright-core';
import type { WorkflowJson } from '../../host/session/workflow.cts';

/** The canvas: nodes, what leads where, and how many items went there. */
export class Canvas {
	#page;

	constructor(page: Page) {
		this.#page = page;
	}

	node(name: string) {
		return this.#page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Pastes a workflow, as a person does who copied it from somewhere. */
	async paste(workflow: WorkflowJson) {
		await byTestId(this.#page, 'canvas-add-button').waitFor();
		const text = JSON.stringify(JSON.stringify(workflow));
		await this.#page.evaluate(`navigator.clipboard.writeText(${text})`);
		await this.#page.keyboard.press('Control+V');
		for (const { name, type } of workflow.nodes) {
			if (!type.endsWith('.stickyNote')) await this.node(name).waitFor();
		}
		await this.showAll();
	}

	/** Brings all nodes into view. */
	async showAll() {
		await byTestId(this.#page, 'zoom-to-fit').click();
	}

	get root() {
		return byTestId(this.#page, 'canvas-wrapper');
	}

	/** Selects nothing, as it is before somebody clicks. */
	async selectNothing() {
		await byTestId(this.#page, 'canvas').click({ position: { x: 20, y: 20 } });
	}

	/** Runs the workflow from its trigger, without waiting for its end. */
	async run() {
		await byTestId(this.#page, 'execute-workflow-button').click();
	}

	/** Waits until nothing runs any more. */
	async idle() {
		await byTestId(this.#page, 'stop-execution-button').waitFor({ state: 'hidden' });
	}

	/** Stops the run that is under way. */
	async stop() {
		await byTestId(this.#page, 'stop-execution-button').click();
	}

	async openNode(name: string) {
		await this.node(name).locator('[data-test-id$="-node"]').first().dblclick();
		await byTestId(this.#page, 'ndv').waitFor();
	}

	/** Opens the nodes panel, for a node to come after another. */
	async addAfter(name: string) {
		await byTestId(this.node(name), 'canvas-handle-plus').click();
	}

	subtitle(name: string) {
		return this.node(name).locator('[class*="_subtitle_"]');
	}

	/** The words at a node's outputs, from top to bottom. */
	async outputs(name: string) {
		await this.node(name).waitFor();
		return await this.node(name).locator('[class*="_outputLabel_"]').allInnerTexts();
	}

	/** Waits until a node has run to its end without an error. */
	async succeeded(name: string) {
		await byTestId(this.node(name), 'canvas-node-status-success').first().waitFor();
	}

	/** Waits until a node is drawn as one whose execution n8n has parked. */
	async waiting(name: string) {
		await this.node(name).and(this.#page.locator('.waiting')).waitFor();
	}

	/** Waits until a node has ended in an error. */
	async failed(name: string) {
		await byTestId(this.node(name), 'canvas-node-status-mark-error').first().waitFor();
	}

	/** Waits for the count of items on the way from one node to another. */
	async countBetween(from: string, to: string) {
		const label = this.#page.locator(
			`[data-test-id="edge-label"][data-source-node-name="${from}"][data-target-node-name="${to}"]`,
		);
		return await shownText(label.filter({ hasText: /item/ }));
	}

	/** How a node's icon is drawn: its file, and whether the browser could draw it. */
	async icon(name: string) {
		const image = this.node(name).locator('img').first();
		await image.waitFor();
		const file = ((await image.getAttribute('src')) ?? '').split('/').pop();
		const isDrawn = await image.evaluate(({ complete, naturalWidth }: any) => {
			return complete && naturalWidth > 0;
		});
		return { file, isDrawn };
	}
}
