import { DATABASE } from './database.cts';
import { downloadMemory, largeDownload, smallDownload } from './downloads.cts';
import { DUPLICATES } from './duplicates.cts';
import { createdItems, queriedItems } from './items.cts';
import { KILLED } from './killed.cts';
import { loading, packedSize } from './loading.cts';
import { RATE_LIMITS } from './rateLimit.cts';
import { IDS_AT_ONCE, SLOW_IDS } from './requests.cts';
import { SCHEDULES } from './schedule.cts';
import { STOPPED } from './stopped.cts';
import { WAITING } from './waiting.cts';
import { WAITS } from './waits.cts';

import type { Work } from './work.cts';

/** All works, in the order of the table. */
export const WORKS: Work[] = [
	IDS_AT_ONCE,
	...SLOW_IDS,
	...RATE_LIMITS,
	...DUPLICATES,
	...WAITS,
	...SCHEDULES,
	...WAITING,
	DATABASE,
	...KILLED,
	STOPPED,
	smallDownload,
	largeDownload,
	downloadMemory,
	queriedItems,
	createdItems,
	loading,
	packedSize,
];
