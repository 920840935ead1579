import type { Locator, Page } from 'playwright-core';

/** An element by the name that n8n gives it for its own tests. */
export function byTestId(scope: Page | Locator, id: string): Locator {
	return scope.locator(`[data-test-id="${id}"]`);
}

/** Waits until something is on the screen, and gives its words without the spaces around them. */
export async function shownText(locator: Locator): Promise<string> {
	await locator.waitFor();
	return (await locator.innerText()).trim();
}

/** Whether the words of an element are cut off for want of room. */
export async function isCutOff(locator: Locator): Promise<boolean> {
	return await locator.evaluate(
		(element) =>
			element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
	);
}
