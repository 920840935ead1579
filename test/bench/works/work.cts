import type { BenchHost } from '../n8n/host.cts';

/** What was measured of this node and of a rival; the less the better. */
export interface Row {
	what: string;
	/** Such as `s`; nothing where something is counted */
	unit?: string;
	/** A value a run */
	own: number[];
	/** Beside this node's values */
	note?: string;
	/** The rival */
	who: string;
	rival: number[];
	/** This node's median is to be at most the rival's, times this; 0: it is to be 0; Infinity: nothing is wanted */
	atMost: number;
	/** May come on top, in the unit */
	plus?: number;
	/** Why the values don't count, such as `3 failed` */
	spoilt?: string;
	/** Its title in the picture, where it is one of the five */
	picture?: string;
}

/** What is measured by itself, and can be chosen by its name. */
export interface Work {
	name: string;
	measure: (host: BenchHost) => Promise<Row[]>;
}
