import fs from 'node:fs';
import path from 'node:path';

import type { N8nSession, WorkflowNode } from '../session.cts';

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');
const CREDENTIAL_TYPE = 'globalAiOpcApi';

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
	const credential = await session.createCredential({
		name: 'GlobalAI OPC API',
		type: CREDENTIAL_TYPE,
		data: { apiKey, baseUrl },
	});
	const workflow = JSON.parse(fs.readFileSync(path.join(EXAMPLES, file), 'utf8'));
	const { id } = await session.importWorkflow(workflow, {
		credentials: { [CREDENTIAL_TYPE]: credential },
		edit: (nodes) =>
			edit((name) => {
				const node = nodes[name];
				if (!node) throw new Error(`The example ${file} has no node "${name}"`);
				return node;
			}),
	});
	return id;
}
