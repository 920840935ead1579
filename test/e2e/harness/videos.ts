import { readExample } from '../../host/examples.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Host } from './host';

/** A row of the example "Prompts to videos". */
export interface PromptRow {
	name: string;
	prompt: string;
}

/**
 * Imports the example for these rows and runs it.
 *
 * @param waitUntilDone status checks come every 66 s with `parked`, every 5 s with `inNode`
 */
export async function runPromptsToVideos(
	host: Host,
	rows: PromptRow[],
	folder: string,
	waitUntilDone: 'parked' | 'inNode',
): Promise<string> {
	const { id } = await host.session.importWorkflow(readExample('prompts-to-videos.json'), {
		credentials: host.credentials,
		edit: (nodes) => {
			const [rowsNode, make, write] = [
				nodes.Rows,
				nodes['Make Videos'],
				nodes['Write to Disk'],
			] as WorkflowNode[];
			if (!rowsNode || !make || !write) throw new Error('The example has changed');
			rowsNode.parameters.jsonOutput = JSON.stringify({ rows });
			Object.assign(make.parameters, { waitUntilDone, options: { pollInterval: 5 } });
			write.parameters.fileName = String(write.parameters.fileName).replace('.n8n-files', folder);
		},
	});
	return await host.session.run(id);
}
