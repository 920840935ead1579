import type { Work } from './work.cts';

/** All works, in the order of the table. */
export const WORKS: Work[] = [];
