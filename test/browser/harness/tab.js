const fs = require('node:fs');
const path = require('node:path');

const SCREENSHOTS = path.join(__dirname, '..', '..', 'screenshots');

/**
 * Does what a test does in a tab, and closes the tab. When that fails, what was to be seen is kept in
 * `test/screenshots`.
 * @param {import('playwright-core').Page} page
 * @param {string} test its name
 * @param {() => Promise<void>} steps
 */
async function inTab(page, test, steps) {
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

module.exports = { inTab };
