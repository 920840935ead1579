import { importExample } from './example.cts';
import { followLog } from './report.cts';

import type { Job } from './arguments.cts';
import type { Showing } from './show.cts';

const NODE = 'Is My Video Done?';

/** Waits for a task that exists, with the example "Is my video done?". */
export function taskShowing({ taskId }: Job & { kind: 'task' }): Showing {
	return {
		env: {},
		async setUp(session, api) {
			return await importExample(session, 'is-my-video-done.json', api, (node) => {
				node('Task ID').parameters['assignments'].assignments[0].value = taskId;
			});
		},
		announce({ description }, print) {
			print(`\nIs my video done? Checking task ${taskId}`);
			print(`  GlobalAI OPC: ${description}`);
		},
		follow: async (run) => await followLog({ ...run, nodeName: NODE }),
	};
}
