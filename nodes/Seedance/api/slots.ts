/** A bound on how many things are under way at once; who comes later waits in line. */
export class Slots {
	private free: number;

	private readonly line: Array<() => void> = [];

	/** @param count how many may be under way at once; at least 1 */
	constructor(count: number) {
		this.free = Math.max(1, Math.floor(count));
	}

	/** Runs the work as soon as a slot is free, and frees the slot however the work ends. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.line.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.line.shift();
			if (next) next();
			else this.free++;
		}
	}
}
