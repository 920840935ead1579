import { DUPLICATES } from './duplicates.cts';
import { RATE_LIMITS } from './rateLimit.cts';
import { IDS_AT_ONCE, SLOW_IDS } from './requests.cts';

import type { Work } from './work.cts';

/** All works, in the order of the table. */
export const WORKS: Work[] = [IDS_AT_ONCE, ...SLOW_IDS, ...RATE_LIMITS, ...DUPLICATES];
