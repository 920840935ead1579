import path from 'node:path';
import { loadProfile } from '../../host/profiles.cts';

/** One answer of a tool. */
export interface ToolAnswer {
	isError?: boolean;
	content: Array<{ type: string; text: string }>;
	structuredContent?: any;
}

/** An MCP client that has connected, as Claude Desktop has. */
export interface McpClient {
	listTools: () => Promise<{ tools: Array<{ name: string; inputSchema: any }> }>;
	/** @param options `timeout` in ms; without it the SDK's own, 60 s */
	callTool: (
		call: { name: string; arguments: Record<string, unknown> },
		schema?: undefined,
		options?: { timeout?: number },
	) => Promise<ToolAnswer>;
	close: () => Promise<void>;
}

/** Connects the client of MCP's own SDK, which n8n brings, by Streamable HTTP. */
export async function connectMcp(url: string, token: string): Promise<McpClient> {
	const sdk = path.join(
		loadProfile().dir,
		'node_modules',
		'@modelcontextprotocol',
		'sdk',
		'dist',
		'cjs',
		'client',
	);
	const { Client } = require(path.join(sdk, 'index.js'));
	const { StreamableHTTPClientTransport } = require(path.join(sdk, 'streamableHttp.js'));
	const client = new Client({ name: 'test', version: '1.0.0' });
	const requestInit = { headers: { authorization: `Bearer ${token}` } };
	await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
	return client;
}
