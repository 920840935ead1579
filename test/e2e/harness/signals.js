const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Asks n8n to end, as systemd, Docker and Kubernetes do, and leaves it to itself.
 *
 * @param {import('../../host/n8n').N8n} n8n
 * @returns {Promise<void>} when its process is gone
 */
async function terminate(n8n) {
	const { pid } = n8n;
	if (pid === undefined) throw new Error('n8n does not run');
	process.kill(pid, 'SIGTERM');
	while (n8n.pid === pid) await sleep(50);
}

module.exports = { terminate };
