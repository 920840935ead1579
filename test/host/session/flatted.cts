/**
 * Reads n8n's form of execution data (that of the npm package flatted): a list in which every object and
 * every text stands once, and in which objects name what they hold by its place in the list, as a text.
 */
export function parseFlatted(text: string): unknown {
	const table: unknown[] = JSON.parse(text);
	const done = new Set();
	const resolve = (place: string) => {
		const value = table[Number(place)];
		if (typeof value !== 'object' || value === null || done.has(value)) return value;
		done.add(value);
		const holder = (value as Record<string, unknown>);
		for (const [key, held] of Object.entries(holder)) {
			if (typeof held === 'string') holder[key] = resolve(held);
		}
		return value;
	};
	return resolve('0');
}
