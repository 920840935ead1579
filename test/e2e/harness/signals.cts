import { until } from '../../host/until.cts';

import type { N8n } from '../../host/n8n.cts';

/**
 * Asks n8n to end, as systemd, Docker and Kubernetes do, and leaves it to itself.
 *
 * @returns when its process is gone
 */
export async function terminate(n8n: N8n): Promise<void> {
	const { pid } = n8n;
	if (pid === undefined) throw new Error('n8n does not run');
	process.kill(pid, 'SIGTERM');
	await until(() => n8n.pid !== pid);
}
