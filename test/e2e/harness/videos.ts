import { readExample } from '../../host/examples.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Host } from './host';

/** A row of the example "Prompts to videos". */
export interface PromptRow {
	name: string;
	prompt: string;
}

/** Imports the example for these rows and runs it; rounds last 5 s. */
export async function runPromptsToVideos(host: Host, rows: PromptRow[], folder: string): Promise<string> {
	const { id } = await host.session.importWorkflow(readExample('prompts-to-videos.json'), {
		credentials: host.credentials,
		edit: (nodes) => {
			const [rowsNode, get, write] = [nodes.Rows, nodes['Get Video'], nodes['Write to Disk']] as WorkflowNode[];
			if (!rowsNode || !get || !write) throw new Error('The example has changed');
			rowsNode.parameters.jsonOutput = JSON.stringify({ rows });
			get.parameters.options = { pollInterval: 5, surviveRestarts: false };
			write.parameters.fileName = String(write.parameters.fileName).replace('.n8n-files', folder);
		},
	});
	return await host.session.run(id);
}
