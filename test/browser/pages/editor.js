const { OWNER } = require('../../host/session');
const { Canvas } = require('./canvas');
const { CredentialDialog } = require('./credentialDialog');
const { ErrorBox } = require('./errorBox');
const { Form } = require('./form');
const { Panel } = require('./panel');

/** @typedef {import('playwright-core').BrowserContext} BrowserContext */

/** Generous, as many tests share the machine; it only ends a wait for what never comes. */
const PATIENCE_MS = 60_000;

/** A tab with n8n's editor in it. */
class Editor {
	#url;

	/**
	 * @param {import('playwright-core').Page} page
	 * @param {string} url of n8n
	 */
	constructor(page, url) {
		this.page = page;
		this.#url = url;
		this.panel = new Panel(page);
		this.canvas = new Canvas(page);
		this.form = new Form(page);
		this.errorBox = new ErrorBox(page);
		this.credentialDialog = new CredentialDialog(page);
		/** @type {string[]} What n8n wrote to the browser's console. */
		this.consoleLines = [];
		page.on('console', (message) => this.consoleLines.push(message.text()));
	}

	/** Begins a new workflow. */
	async newWorkflow() {
		await this.page.goto(`${this.#url}/workflow/new`);
		await this.page.locator('[data-test-id="canvas-add-button"]').waitFor();
	}

	/**
	 * Waits for a line in the browser's console, one written already or one to come.
	 * @param {RegExp} pattern
	 */
	async consoleLine(pattern) {
		const found = this.consoleLines.find((line) => pattern.test(line));
		if (found !== undefined) return found;
		const message = await this.page.waitForEvent('console', (line) => pattern.test(line.text()));
		return message.text();
	}
}

/**
 * Logs in to n8n; all tabs of the window are logged in then.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url of n8n
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @returns {Promise<BrowserContext>}
 */
async function openWindow(browser, url, options = {}) {
	const context = await browser.newContext({
		viewport: { width: 1400, height: 900 },
		permissions: ['clipboard-read', 'clipboard-write'],
		colorScheme: 'light',
		...options,
	});
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	await page.goto(`${url}/signin`);
	await page.locator('[name="emailOrLdapLoginId"]').fill(OWNER.email);
	await page.locator('[name="password"]').fill(OWNER.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((address) => !address.pathname.includes('signin'));
	await page.close();
	return context;
}

/**
 * Opens the editor on a new workflow, in a tab of its own.
 * @param {BrowserContext} window
 * @param {string} url of n8n
 * @returns {Promise<Editor>}
 */
async function openEditor(window, url) {
	const editor = new Editor(await window.newPage(), url);
	await editor.newWorkflow();
	return editor;
}

module.exports = { Editor, openWindow, openEditor };
