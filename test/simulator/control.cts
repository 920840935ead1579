import { z } from 'zod/v4';
import { errorAnswer, jsonAnswer, methodNotAllowed } from './answers.cts';
import { checked } from './options.cts';

import type { Answer } from './answers.cts';
import type { SimulatedRequest } from './host.cts';
import type { Simulator } from './index.cts';

type Controlled = Pick<Simulator, 'baseUrl' | 'filesUrl' | 'requests' | 'addTask' | 'fault' | 'clearFaults'>;
/** The body is any: what takes it looks at it. */
type Route = (controlled: Controlled, body: any) => Answer;

const ROUTES: Record<string, Record<string, Route>> = {
	'/__simulator/health': {
		GET: ({ baseUrl, filesUrl }) => jsonAnswer(200, { ok: true, baseUrl, filesUrl }),
	},
	'/__simulator/requests': {
		GET: ({ requests }) => jsonAnswer(200, requests),
	},
	'/__simulator/tasks': {
		POST: (controlled, body) => jsonAnswer(201, controlled.addTask(body)),
	},
	'/__simulator/faults': {
		POST: (controlled, body) => {
			// JSON has no Infinity.
			controlled.fault(body.times === 'Infinity' ? { ...body, times: Infinity } : body);
			return jsonAnswer(201, { ok: true });
		},
		DELETE: (controlled) => {
			controlled.clearFaults();
			return jsonAnswer(200, { ok: true });
		},
	},
};

/** @throws one line */
function jsonObject(text: string | null): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text ?? '');
	} catch {
		throw new TypeError('body: must be JSON, up to 1 MiB');
	}
	return checked('body', z.looseObject({}), value);
}

/**
 * Lets other processes steer the simulator, below `/__simulator/`, without a key: `GET health`, `GET
 * requests`, `POST tasks` (the options of addTask), `POST faults` (the options of fault; `path` as a string,
 * `times` may be "Infinity"), `DELETE faults`. What does not fit gets a 400 with
 * `{"error":{"message","code"}}`.
 */
export function controlAnswer(controlled: Controlled, { path, method, text }: SimulatedRequest): Answer {
	const routes = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
	if (routes === undefined) return errorAnswer(404, `no such control: ${path}`, 'not_found');
	const route = Object.hasOwn(routes, method) ? routes[method] : undefined;
	if (route === undefined) return methodNotAllowed(Object.keys(routes));
	try {
		return route(controlled, method === 'POST' ? jsonObject(text) : null);
	} catch (cause) {
		return errorAnswer(400, cause instanceof Error ? cause.message : String(cause), 'invalid_control');
	}
}
