import { readExample } from '../examples.cts';

import type { N8nSession, WorkflowNode } from '../session.cts';

/**
 * Imports one of the example workflows and does what its sticky note tells a person to: the credential, and
 * whatever `edit` fills in.
 * @param file its name in the folder of examples
 * @param edit changes the nodes in place
 * @returns the workflow's id
 */
export async function importExample(
	session: N8nSession,
	file: string,
	{ apiKey, baseUrl }: { apiKey: string; baseUrl: string },
	edit: (node: (name: string) => WorkflowNode) => void,
): Promise<string> {
	const { id } = await session.importWorkflow(readExample(file), {
		credentials: await session.createApiCredential('GlobalAI OPC API', { apiKey, baseUrl }),
		edit: (nodes) =>
			edit((name) => {
				const node = nodes[name];
				if (!node) throw new Error(`The example ${file} has no node "${name}"`);
				return node;
			}),
	});
	return id;
}
