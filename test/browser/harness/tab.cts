import fs from 'node:fs';
import path from 'node:path';

import type { Page } from 'playwright-core';

const SCREENSHOTS = path.join(__dirname, '..', '..', 'screenshots');

/**
 * Does what a test does in a tab, and closes the tab. When that fails, what was to be seen is kept in
 * `test/screenshots`.
 * @param test its name
 */
export async function inTab(page: Page, test: string, steps: () => Promise<void>) {
	try {
		await steps();
	} catch (error) {
		const name = test.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '');
		fs.mkdirSync(SCREENSHOTS, { recursive: true });
		await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
		throw error;
	} finally {
		await page.close();
	}
}
