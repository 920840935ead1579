import { DUPLICATES } from './duplicates.cts';
import { IDS_AT_ONCE, SLOW_IDS } from './requests.cts';
import { RATE_LIMITS } from './rateLimit.cts';
import { createdItems, queriedItems } from './items.cts';
import { downloadMemory, largeDownload, smallDownload } from './downloads.cts';
import { loading, packedSize } from './loading.cts';

import type { Work } from './work.cts';

/** All works, in the order of the table. */
export const WORKS: Work[] = [
	IDS_AT_ONCE, ...SLOW_IDS, ...RATE_LIMITS, ...DUPLICATES,
	smallDownload, largeDownload, downloadMemory, queriedItems, createdItems, loading, packedSize,
];
