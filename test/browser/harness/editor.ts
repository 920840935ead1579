import type { Browser, BrowserContext } from 'playwright-core';

import { useHost, type Host } from '../../e2e/harness/host';
import { openEditor, openWindow, type Editor } from '../pages/editor.cts';
import { launchChromium } from './chromium.cts';
import { inTab } from './tab.cts';

/** Several steps in a browser, on a machine that many tests share. */
const LIMIT_MS = 5 * 60_000;

type Theme = 'light' | 'dark';

/** A test that a person could do by hand, in a tab of its own on a new workflow. */
export type InEditor = (name: string, steps: (editor: Editor) => Promise<void>, theme?: Theme) => void;

/**
 * Starts n8n and a browser for the tests of one file. A test that fails leaves a screenshot of what was to be
 * seen then, in `test/screenshots`.
 */
export function useEditor(): { host: Host; inEditor: InEditor } {
	let browser: Browser | undefined;
	const windows: Partial<Record<Theme, Promise<BrowserContext>>> = {};
	// Before n8n: without a browser there is nothing to wait for.
	beforeAll(async () => {
		browser = await launchChromium();
	});
	const host = useHost();
	afterAll(async () => await browser?.close());

	const inEditor: InEditor = (name, steps, theme = 'light') => {
		test(
			name,
			async () => {
				const { url } = host.n8n;
				windows[theme] ??= openWindow(browser as Browser, url, { colorScheme: theme });
				const editor = await openEditor(await windows[theme], url);
				await inTab(editor.page, name, async () => await steps(editor));
			},
			LIMIT_MS,
		);
	};
	return { host, inEditor };
}
