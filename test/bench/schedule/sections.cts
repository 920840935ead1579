import { DOCUMENTED, OFF_THE_FIGURES, OFFLINE, SEEDANCE_2_0 } from './tasks.cts';

import type { ScheduleSettings } from '../../../nodes/Seedance/waiting/schedule';
import type { Mix } from './tasks.cts';

/** One part of the report. */
export interface Section {
	title: string;
	note: string;
	settings: ScheduleSettings;
	/** Intervals to show, in seconds */
	fixed: number[];
	/** Tasks to show each interval for */
	shown: Record<string, Mix>;
	/** Tasks to find the best fixed interval for */
	compared: Record<string, Mix>;
	/** Those of them that the target is set for */
	target: Record<string, Mix>;
}

export const SECTIONS: Section[] = [
	{
		title: 'Online',
		note: 'Finish times as documented, uniform: 720p 2 to 5 min, 1080p 3 to 8 min after `created`.',
		settings: { tier: 'online' },
		fixed: [10, 20, 30, 60],
		shown: DOCUMENTED,
		compared: { ...DOCUMENTED, ...OFF_THE_FIGURES },
		target: DOCUMENTED,
	},
	{
		title: 'Online, chained with a Wait node, surviving restarts',
		note: 'No wait is under 66 s. The best fixed interval is held to no such limit: a stricter comparison.',
		settings: { tier: 'online', isStored: true },
		fixed: [66, 90, 120],
		shown: DOCUMENTED,
		compared: { ...DOCUMENTED, ...OFF_THE_FIGURES },
		target: {},
	},
	{
		title: 'Seedance 2.0 and X1',
		note: 'No finish times are documented: these are guesses. The vendor recommends 20 to 40 s for 2.0, less for its fast models.',
		settings: { tier: 'online' },
		fixed: [20, 30, 40],
		shown: SEEDANCE_2_0,
		compared: SEEDANCE_2_0,
		target: {},
	},
	{
		title: 'Offline (flex)',
		note: 'No finish times are documented: these are guesses. The vendor recommends 60 to 120 s.',
		settings: { tier: 'flex' },
		fixed: [60, 90, 120],
		shown: OFFLINE,
		compared: OFFLINE,
		target: {},
	},
];
