import type { INodeProperties } from 'n8n-workflow';

/** Where an option is shown that only a wait reads. */
export const whenWaiting = { '/waitUntilDone': ['inNode', 'parked', 'withWaitNode'] };

/** What becomes of one that ended without a result. Its names are public, and older than other resources. */
export const IF_FAILED: INodeProperties = {
	displayName: 'If Task Fails',
	name: 'ifTaskFails',
	type: 'options',
	default: 'error',
	options: [
		{
			name: 'Output the Task',
			value: 'output',
			description: 'Output what failed or was cancelled like what is done; check its status',
		},
		{
			name: 'Raise an Error',
			value: 'error',
			description: 'Treat the item by the "On Error" setting of this node',
		},
	],
	description: 'What to do if what is waited for failed or was cancelled',
	displayOptions: { show: whenWaiting },
};

/** Poll Interval. What the form shows for it is a proposal: unset means adaptive. */
export const POLL_INTERVAL: INodeProperties = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: 30,
	typeOptions: { minValue: 5, maxValue: 3600 },
	description:
		'How long to wait between two status checks. Without this option the node adapts to what it waits for and to its age, which takes fewer status checks.',
	displayOptions: { show: whenWaiting },
};

/** The options of every wait. */
export const waitingOptions: INodeProperties[] = [IF_FAILED, POLL_INTERVAL];
