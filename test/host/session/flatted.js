/**
 * Reads n8n's form of execution data (that of the npm package flatted): a list in which every object and
 * every text stands once, and in which objects name what they hold by its place in the list, as a text.
 * @param {string} text
 * @returns {unknown}
 */
function parseFlatted(text) {
	/** @type {unknown[]} */
	const table = JSON.parse(text);
	const done = new Set();
	const resolve = (/** @type {string} */ place) => {
		const value = table[Number(place)];
		if (typeof value !== 'object' || value === null || done.has(value)) return value;
		done.add(value);
		const holder = /** @type {Record<string, unknown>} */ (value);
		for (const [key, held] of Object.entries(holder)) {
			if (typeof held === 'string') holder[key] = resolve(held);
		}
		return value;
	};
	return resolve('0');
}

module.exports = { parseFlatted };
