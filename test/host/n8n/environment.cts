import { withNodeFirst, type HostNode } from '../install/node.cts';
import { HOST } from './ports.cts';

import type { Profile } from '../profiles.cts';

/**
 * What an n8n must not take over from the shell or from the test runner: settings of another n8n, what npm
 * and jest put there for themselves (`NODE_ENV=test` alone keeps n8n from starting), and our own key.
 */
const NOT_PASSED_ON = [
	/^(N8N|DB|EXECUTIONS|QUEUE|NODES|CREDENTIALS|WORKFLOWS|GENERIC|WEBHOOK)_/,
	/^(npm|JEST|GLOBALAIOPC)_/,
	/^NODE_(ENV|OPTIONS|PATH)$/,
];

/** n8n works without any of this, and none of it may make a machine without a network slow or its log noisy. */
const NO_CALLS_HOME = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_SENTRY_DSN: '',
	N8N_FRONTEND_SENTRY_DSN: '',
};

const KEEP_EVERY_EXECUTION = {
	EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
	EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
	EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
	EXECUTIONS_DATA_PRUNE: 'false',
};

/** The whole environment of one n8n. */
export function n8nEnvironment({
	profile,
	node,
	userFolder,
	port,
	brokerPort,
	env = {},
}: {
	profile: Profile;
	node: HostNode;
	userFolder: string;
	port: number;
	/** Where n8n talks to the process that runs Code nodes */
	brokerPort: number;
	/** Settings of the caller, which win */
	env?: NodeJS.ProcessEnv;
}): NodeJS.ProcessEnv {
	const passedOn = Object.fromEntries(
		Object.entries(process.env).filter(([key]) => !NOT_PASSED_ON.some((pattern) => pattern.test(key))),
	);
	return {
		...withNodeFirst(node, passedOn),
		...withoutProxyForThisMachine(passedOn),
		...NO_CALLS_HOME,
		...KEEP_EVERY_EXECUTION,
		...profile.settings,
		NODE_ENV: 'production',
		DB_TYPE: 'sqlite',
		GENERIC_TIMEZONE: 'UTC',
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: HOST,
		N8N_LISTEN_ADDRESS: HOST,
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: `http://${HOST}:${port}`,
		N8N_SECURE_COOKIE: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: HOST,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_PYTHON_ENABLED: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		N8N_LOG_OUTPUT: 'console',
		...env,
	};
}

function withoutProxyForThisMachine(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const listed = env['NO_PROXY'] ?? env['no_proxy'];
	const value = [listed, HOST, 'localhost'].filter(Boolean).join(',');
	return { NO_PROXY: value, no_proxy: value };
}
