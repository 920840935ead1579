const { byTestId } = require('./locators');

/** The nodes panel: where a person looks for a node. */
class Panel {
	#page;

	/** @param {import('playwright-core').Page} page */
	constructor(page) {
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

	/** @param {string} words */
	async search(words) {
		await byTestId(this.root, 'node-creator-search-bar').fill(words);
	}

	/**
	 * An entry of the panel, such as a node or an action.
	 * @param {string} name
	 */
	entry(name) {
		const title = this.#page.getByText(name, { exact: true });
		return byTestId(this.root, 'item-iterator-item').filter({ has: title }).first();
	}

	/** @param {string} name */
	async choose(name) {
		await this.entry(name).click();
	}
}

module.exports = { Panel };
