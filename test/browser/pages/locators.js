/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/**
 * An element by the name that n8n gives it for its own tests.
 * @param {Page | Locator} scope
 * @param {string} id
 * @returns {Locator}
 */
function byTestId(scope, id) {
	return scope.locator(`[data-test-id="${id}"]`);
}

/**
 * Waits until something is on the screen, and gives its words without the spaces around them.
 * @param {Locator} locator
 * @returns {Promise<string>}
 */
async function shownText(locator) {
	await locator.waitFor();
	return (await locator.innerText()).trim();
}

/**
 * Whether the words of an element are cut off for want of room.
 * @param {Locator} locator
 * @returns {Promise<boolean>}
 */
async function isCutOff(locator) {
	return await locator.evaluate(
		(element) =>
			element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
	);
}

module.exports = { byTestId, shownText, isCutOff };
