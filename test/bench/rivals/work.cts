import { percentile } from '../statistics.cts';

import type { BenchHost } from '../n8n/host.cts';

/** A line of the table: what one of those that are compared took for a work, or got done. */
export interface Line {
	/** `this node`, or the rival's name */
	who: string;
	/** One value a run, of the work's unit */
	values: number[];
	/** What else is to be known of it, in a few words */
	note?: string;
	/** Whether work was left undone, so that its values can't be compared, and nothing that is wanted is met by them */
	isIncomplete?: boolean;
}

/** What is measured, and against what. */
export interface Work {
	/** As `--only` takes it */
	name: string;
	/** What is done, in the words of the table */
	title: string;
	/** What the values are, such as `seconds` */
	unit: string;
	/** What is wanted of this node: its median, or its ratio to another line's, at most; `plus` may come on top, in the unit */
	wanted?: Array<{ atMost: number; of?: string; plus?: number }>;
	/** Why a rival may be ahead, by how its name begins; told where it is */
	why?: Record<string, string>;
	/** @param runs how often to measure each line; what takes minutes or counts losses is run once */
	measure: (host: BenchHost, runs: number) => Promise<Line[]>;
}

/** Measures what several works are made of, once a host. */
export function oncePerHost<Measured>(measure: (host: BenchHost) => Promise<Measured>): typeof measure {
	const measured = new WeakMap<BenchHost, Promise<Measured>>();
	return async (host) => {
		const known = measured.get(host) ?? measure(host);
		measured.set(host, known);
		return await known;
	};
}

/** Of a line's values. */
export const medianOf = ({ values }: Line) => percentile(values, 0.5);

/** The line of this node is named so in every work. */
export const THIS_NODE = 'this node';
