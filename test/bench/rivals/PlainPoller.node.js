'use strict';

// What the public nodes for such APIs do, in the few lines that matter: one item after the other is asked for at a fixed
// interval, inside the node, until it is done. Not one of them: their API is another. JavaScript, since n8n loads it.

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

class PlainPoller {
	description = {
		displayName: 'Plain Poller',
		name: 'plainPoller',
		group: ['transform'],
		version: 1,
		description: 'Asks at a fixed interval, one item after the other',
		defaults: { name: 'Plain Poller' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'globalAiOpcApi', required: true }],
		properties: [
			{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
			{ displayName: 'Interval (Seconds)', name: 'interval', type: 'number', default: 5 },
			{ displayName: 'Create', name: 'create', type: 'boolean', default: false },
		],
	};

	/** @this {any} */
	async execute() {
		const items = this.getInputData();
		const baseUrl = this.getNodeParameter('baseUrl', 0);
		const done = [];
		for (let index = 0; index < items.length; index++) {
			const request = async (/** @type {object} */ options) =>
				await this.helpers.httpRequestWithAuthentication.call(this, 'globalAiOpcApi', {
					json: true,
					...options,
				});
			let { id, prompt } = items[index].json;
			if (this.getNodeParameter('create', index)) {
				const body = {
					model: 'seedance_1_5_pro_720p',
					content: [{ type: 'text', text: prompt }],
					duration: 5,
				};
				({ id } = await request({ method: 'POST', url: `${baseUrl}/v1/seedance/videos`, body }));
			}
			for (;;) {
				const task = await request({ method: 'GET', url: `${baseUrl}/v1/result/${id}` });
				if (!['queued', 'processing'].includes(task.status)) {
					done.push({ json: task, pairedItem: { item: index } });
					break;
				}
				await sleep(1000 * this.getNodeParameter('interval', index));
			}
		}
		return [done];
	}
}

module.exports = { PlainPoller };
