/**
 * The value that a share of the values does not exceed (nearest rank).
 *
 * @param values in any order, at least one
 * @param share 0 to 1; 0.5 is the median
 */
export function percentile(values: number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
	if (value === undefined) throw new Error('There is no percentile of no values');
	return value;
}

export function mean(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
