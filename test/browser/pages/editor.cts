import type { Page, BrowserContext, Browser, BrowserContextOptions } from 'playwright-core';

import { OWNER } from '../../host/session.cts';
import { Canvas } from './canvas.cts';
import { CredentialDialog } from './credentialDialog.cts';
import { ErrorBox } from './errorBox.cts';
import { Executions } from './executions.cts';
import { Form } from './form.cts';
import { Panel } from './panel.cts';
import { WebForm } from './webForm.cts';

/** Generous, as many tests share the machine; it only ends a wait for what never comes. */
const PATIENCE_MS = 60_000;

/** A tab with n8n's editor in it. */
export class Editor {
	readonly page: Page;
	readonly panel: Panel;
	readonly canvas: Canvas;
	readonly form: Form;
	readonly errorBox: ErrorBox;
	readonly credentialDialog: CredentialDialog;
	readonly executions: Executions;
	/** What n8n wrote to the browser's console. */
	readonly consoleLines: string[] = [];
	readonly #url: string;

	/** @param url of n8n */
	constructor(page: Page, url: string) {
		this.page = page;
		this.#url = url;
		this.panel = new Panel(page);
		this.canvas = new Canvas(page);
		this.form = new Form(page);
		this.errorBox = new ErrorBox(page);
		this.credentialDialog = new CredentialDialog(page);
		this.executions = new Executions(page);
		page.on('console', (message) => this.consoleLines.push(message.text()));
	}

	/** Begins a new workflow. */
	async newWorkflow() {
		await this.page.goto(`${this.#url}/workflow/new`);
		await this.page.locator('[data-test-id="canvas-add-button"]').waitFor();
	}

	/** Opens the workflow anew, without what n8n remembers of its runs in the tab. */
	async reload() {
		await this.page.reload();
		await this.page.locator('[data-test-id="canvas-node"]').first().waitFor();
	}

	/** Does what opens an n8n form in a tab of its own, and gives the form. */
	async webForm(open: () => Promise<void>) {
		const [tab] = await Promise.all([this.page.waitForEvent('popup'), open()]);
		return new WebForm(tab);
	}

	/** Opens another page of n8n beside this one, for as long as the steps take. */
	async beside(path: string, steps: (other: Editor) => Promise<void>) {
		const other = new Editor(await this.page.context().newPage(), this.#url);
		try {
			await other.page.goto(new URL(path, this.#url).href);
			await steps(other);
		} finally {
			await other.page.close();
		}
	}

	/** Waits for a line in the browser's console, one written already or one to come. */
	async consoleLine(pattern: RegExp) {
		const found = this.consoleLines.find((line) => pattern.test(line));
		if (found !== undefined) return found;
		const message = await this.page.waitForEvent('console', (line) => pattern.test(line.text()));
		return message.text();
	}
}

/**
 * Logs in to n8n; all tabs of the window are logged in then.
 * @param url of n8n
 */
export async function openWindow(
	browser: Browser,
	url: string,
	options: BrowserContextOptions = {},
): Promise<BrowserContext> {
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
 * @param url of n8n
 */
export async function openEditor(window: BrowserContext, url: string): Promise<Editor> {
	const editor = new Editor(await window.newPage(), url);
	await editor.newWorkflow();
	return editor;
}
