/** What docs/queue-mode.md tells users to set on main and on every worker, beside how to reach servers. */
export const RECOMMENDED = {
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '30000',
	N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '15',
};
