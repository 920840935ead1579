import { allItems, isFinished, itemsOf, toExecution, type Execution } from './session/execution.cts';
import { fetch, FormData } from './session/http.cts';
import { RestClient, RestError } from './session/rest.cts';
import { onlyTrigger, toNewWorkflow, type WorkflowJson } from './session/workflow.cts';
import { until } from './until.cts';

import type { N8n } from './n8n.cts';

/** Who owns every n8n that is set up here. No secret: these n8n are reached from this machine only. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Correct-Horse-1',
	firstName: 'Test',
	lastName: 'Owner',
};

const POLL_MS = 250;
const EXECUTION_TIMEOUT_MS = 120_000;
/** How long n8n may take to make a published workflow reachable. */
const PUBLISH_TIMEOUT_MS = 120_000;

export interface Credential {
	id: string;
	name: string;
}

/** A credential as a person fills it in. */
export interface FilledCredential {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface WebhookAnswer {
	status: number;
	/** The answer's JSON, or its text when it is none */
	body: any;
}

/** A file as a browser sends it. */
export interface SentFile {
	bytes: Uint8Array;
	name: string;
	type: string;
}

/** What a person does in n8n's editor, by the calls that the editor makes for it. */
export class N8nSession {
	#rest;
	#n8n;
	#nodeTypes: Promise<any[]> | undefined;

	/** @param rest logged in */
	constructor(n8n: N8n, rest: RestClient) {
		this.#n8n = n8n;
		this.#rest = rest;
	}

	/** For calls of n8n's API that have no method of their own here. */
	get rest() {
		return this.#rest;
	}

	/**
	 * @param name such as `n8n-nodes-globalaiopc.seedance`
	 * @returns the node's description in its newest version
	 * @throws when n8n has no such node
	 */
	async nodeType(name: string): Promise<any> {
		this.#nodeTypes ??= this.#rest.requestRaw('GET', '/types/nodes.json');
		const versions = (await this.#nodeTypes).filter((type) => type.name === name);
		const newest = versions.sort((a, b) => newestVersion(b) - newestVersion(a))[0];
		if (!newest) throw new Error(`n8n knows no node "${name}"`);
		return newest;
	}

	async createCredential(credential: FilledCredential): Promise<Credential> {
		const { id, name } = await this.#rest.request('POST', '/credentials', credential);
		return { id, name };
	}

	/**
	 * The credential that the node needs.
	 * @returns as `importWorkflow` takes it
	 */
	async createApiCredential(
		name: string,
		data: { apiKey: string; baseUrl: string },
	): Promise<{ globalAiOpcApi: Credential }> {
		return { globalAiOpcApi: await this.createCredential({ name, type: 'globalAiOpcApi', data }) };
	}

	async deleteCredential(id: string) {
		await this.#rest.request('DELETE', `/credentials/${id}`);
	}

	/**
	 * Presses "Test". Without an `id` the credential is saved for the time of the test, as the editor saves it
	 * first.
	 */
	async testCredential(
		credential: FilledCredential & { id?: string },
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const id = credential.id ?? (await this.createCredential(credential)).id;
		try {
			return await this.#rest.request('POST', '/credentials/test', { credentials: { ...credential, id } });
		} finally {
			if (!credential.id) await this.deleteCredential(id);
		}
	}

	/**
	 * Imports a workflow from its JSON, which stays as it is.
	 * @param credentials by their types; chosen in every node that takes one
	 */
	async importWorkflow(
		json: WorkflowJson,
		credentials: Record<string, Credential> = {},
	): Promise<{ id: string }> {
		const workflow = toNewWorkflow(json);
		for (const node of workflow.nodes) {
			const { credentials: taken = [] } = await this.nodeType(node.type);
			// HTTP Request takes whichever its parameter names.
			const names = [...taken.map(({ name }: Credential) => name), node.parameters['nodeCredentialType']];
			for (const name of names) {
				const { id, name: title } = credentials[name] ?? {};
				if (id && title) node.credentials = { ...node.credentials, [name]: { id, name: title } };
			}
		}
		// n8n 1.x stores what it is sent, and cannot do without this.
		const body = this.#isVersion1() ? { ...workflow, active: false } : workflow;
		const { id } = await this.#rest.request('POST', '/workflows', body);
		return { id };
	}

	/** Publishes a workflow (in n8n 1.x: makes it active) and waits until its triggers are at work. */
	async publish(id: string): Promise<void> {
		const { versionId } = await this.#rest.request('GET', `/workflows/${id}`);
		if (this.#isVersion1()) {
			await this.#rest.request('PATCH', `/workflows/${id}`, { active: true, versionId });
			return;
		}
		await this.#rest.request('POST', `/workflows/${id}/activate`, { versionId });
		const isPublished = async () => {
			try {
				return (
					(await this.#rest.request('GET', `/workflows/${id}/publication-status`)).status === 'published'
				);
			} catch (error) {
				// n8n before 2.36 answers only when the triggers are at work, and offers no status.
				if (error instanceof RestError && error.status === 404) return true;
				throw error;
			}
		};
		const what = `workflow ${id} is published`;
		await until(isPublished, { what, withinMs: PUBLISH_TIMEOUT_MS, everyMs: POLL_MS });
	}

	/**
	 * Presses "Execute workflow".
	 * @param from the trigger node to run from, if the workflow has several
	 * @returns the execution's id
	 */
	async run(id: string, { from }: { from?: string } = {}): Promise<string> {
		const workflow = await this.#rest.request('GET', `/workflows/${id}`);
		const triggerToStartFrom = { name: from ?? onlyTrigger(workflow) };
		// n8n 1.x runs the workflow that it is sent, 2.x the one that it has.
		const body = this.#isVersion1() ? { workflowData: workflow, triggerToStartFrom } : { triggerToStartFrom };
		const { executionId } = await this.#rest.request('POST', `/workflows/${id}/run`, body);
		if (!executionId) throw new Error(`"${triggerToStartFrom.name}" waits for something to trigger it`);
		return String(executionId);
	}

	async execution(id: string): Promise<Execution> {
		return toExecution(await this.#rest.request('GET', `/executions/${id}`));
	}

	/** The latest 100 executions, newest first, without their data. */
	async executions({
		workflowId,
		status,
	}: {
		workflowId?: string;
		status?: string | string[];
	} = {}): Promise<Array<Omit<Execution, 'data' | 'lastNode' | 'memory'>>> {
		const filter = JSON.stringify({
			...(workflowId && { workflowId }),
			...(status && { status: [status].flat() }),
		});
		const query = new URLSearchParams({ filter, limit: '100' });
		const { results } = await this.#rest.request('GET', `/executions?${query}`);
		return results.map((result: any) => {
			const {
				data: _data,
				lastNode: _lastNode,
				memory: _memory,
				...summary
			} = toExecution({ ...result, data: '[]' });
			return summary;
		});
	}

	/** @throws when it does not come to that in time, or is finished without */
	async waitForExecution(
		id: string,
		{
			until: isWanted = isFinished,
			timeoutMs = EXECUTION_TIMEOUT_MS,
		}: {
			/** By default: it is finished, in whatever way */
			until?: (execution: Execution) => boolean;
			timeoutMs?: number;
		} = {},
	): Promise<Execution> {
		return await until(
			async () => {
				const execution = await this.execution(id);
				if (isWanted(execution)) return execution;
				if (!isFinished(execution)) return undefined;
				throw new Error(`Execution ${id} is ${execution.status}: ${execution.data.error?.message}`);
			},
			{ what: `execution ${id} comes to what is wanted`, withinMs: timeoutMs, everyMs: POLL_MS },
		);
	}

	/**
	 * Takes a failed execution up again from the node that failed, as the editor's "Retry" does.
	 *
	 * @returns the new execution's id
	 */
	async retryExecution(id: string): Promise<string> {
		return String((await this.rest.request('POST', `/executions/${id}/retry`, { loadWorkflow: true })).id);
	}

	/** Presses "Stop". */
	async stopExecution(id: string): Promise<void> {
		await this.#rest.request('POST', `/executions/${id}/stop`);
	}

	/**
	 * Calls a published workflow's webhook with JSON.
	 * @param path as in the Webhook node
	 * @returns whatever the status
	 */
	async callWebhook(
		path: string,
		{
			body,
			headers = {},
			timeoutMs = EXECUTION_TIMEOUT_MS,
		}: { body?: unknown; headers?: Record<string, string>; timeoutMs?: number } = {},
	): Promise<WebhookAnswer> {
		const json = {
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
		};
		return await this.#post(`webhook/${path}`, body === undefined ? { headers } : json, timeoutMs);
	}

	/**
	 * Sends fields and files to a published workflow's webhook, or submits its form.
	 * @param path from n8n's address on, such as `form/` and the path of a Form Trigger
	 * @param fields a form's are named `field-0` and so on; several files of one field make a list
	 * @returns whatever the status
	 */
	async submit(path: string, fields: Record<string, string | SentFile | SentFile[]>): Promise<WebhookAnswer> {
		const body = new FormData();
		for (const [name, value] of Object.entries(fields)) {
			for (const one of [value].flat()) {
				if (typeof one === 'string') body.append(name, one);
				else body.append(name, new Blob([new Uint8Array(one.bytes)], { type: one.type }), one.name);
			}
		}
		return await this.#post(path, { body }, EXECUTION_TIMEOUT_MS);
	}

	/** n8n registers webhooks some time after it has started; calls that come before, which start nothing, are made again. */
	async #post(
		path: string,
		request: { headers?: Record<string, string>; body?: string | FormData },
		timeoutMs: number,
	): Promise<WebhookAnswer> {
		const call = async () => {
			const response = await fetch(`${this.#n8n.url}/${path}`, {
				method: 'POST',
				...request,
				signal: AbortSignal.timeout(timeoutMs),
			});
			const text = await response.text();
			const isUnknown = response.status === 404 && text.includes('not registered');
			return !isUnknown && { status: response.status, body: jsonOrText(text) };
		};
		const what = `n8n has registered "${path}"`;
		return await until(call, { what, withinMs: PUBLISH_TIMEOUT_MS, everyMs: POLL_MS });
	}

	workflowUrl(id: string) {
		return `${this.#n8n.url}/workflow/${id}`;
	}

	#isVersion1() {
		return this.#n8n.version.startsWith('1.');
	}
}

/**
 * Sets up the owner's account of a new n8n and logs in; logs in where that has been done before.
 * A session outlives restarts of its n8n.
 */
export async function openSession(n8n: N8n): Promise<N8nSession> {
	const rest = new RestClient(n8n.url);
	const { userManagement } = await rest.request('GET', '/settings');
	if (userManagement.showSetupOnFirstLoad) {
		await rest.request('POST', '/owner/setup', OWNER);
	} else {
		await rest.request('POST', '/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	}
	return new N8nSession(n8n, rest);
}

function newestVersion({ version }: { version: number | number[] }) {
	return Math.max(...[version].flat());
}

function jsonOrText(text: string) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

export { allItems, isFinished, itemsOf };
export type { Execution, Item } from './session/execution.cts';
export type { WorkflowJson, WorkflowNode } from './session/workflow.cts';
