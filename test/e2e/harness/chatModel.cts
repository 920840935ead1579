import http from 'node:http';
import { json } from 'node:stream/consumers';
import { close, HOST, listen } from '../../host/n8n/ports.cts';

/** A message of a conversation, as OpenAI's chat completions have it. */
export interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_calls?: Array<{ id: string; function: { name: string; arguments: string } }>;
}

/** What n8n sends to the model for one answer. */
export interface ChatRequest {
	messages: Message[];
	tools?: Array<{ function: { name: string; description: string; parameters: any } }>;
}

/** One answer of the model: a tool to be called, or the text that ends its turn. */
export type Reply = { tool: string; args: Record<string, unknown> } | { text: string };

/** Makes one answer of what the model is told; may throw */
export type Step = (request: ChatRequest) => Reply;

/** A chat model that follows a script, behind OpenAI's API. */
export interface ChatModel {
	/** With which n8n's node of OpenAI takes it */
	credential: { name: string; type: 'openAiApi'; data: Record<string, unknown> };
	/** Everything that it was told since the script began */
	requests: ChatRequest[];
	/** What it was told of its latest tool call, before each answer that followed one */
	toolTexts: () => string[];
	/** Begins a script; one step an answer */
	follow: (steps: Step[]) => void;
	close: () => Promise<void>;
}

export async function startChatModel(): Promise<ChatModel> {
	let script: Step[] = [];
	const requests: ChatRequest[] = [];
	const server = http.createServer(async (request, response) => {
		const told = (await json(request)) as ChatRequest;
		requests.push(told);
		const step = script[requests.length - 1];
		const { status, body } = step ? answerOf(step, told, requests.length) : problem('The script is over');
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	const port = await listen(server);
	return {
		credential: {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'scripted', url: `http://${HOST}:${port}/v1`, header: false },
		},
		requests,
		toolTexts: () => requests.filter(({ messages }) => messages.at(-1)?.role === 'tool').map(toolText),
		follow(steps) {
			script = steps;
			requests.length = 0;
		},
		close: async () => await close(server),
	};
}

/**
 * The answer of the latest tool call.
 * @returns its items
 */
export function toolAnswer(request: ChatRequest | undefined): any[] {
	return JSON.parse(toolText(request));
}

/** The answer of the latest tool call, as the model reads it. */
function toolText(request: ChatRequest | undefined): string {
	const message = request?.messages.at(-1);
	if (message?.role !== 'tool') throw new Error(`No tool has answered: ${JSON.stringify(message)}`);
	return String(message.content);
}

function answerOf(step: Step, told: ChatRequest, turn: number) {
	try {
		const reply = step(told);
		const call = 'tool' in reply && {
			id: `call_${turn}`,
			type: 'function',
			function: { name: reply.tool, arguments: JSON.stringify(reply.args) },
		};
		const message = call
			? { role: 'assistant', content: null, tool_calls: [call] }
			: { role: 'assistant', content: (reply as { text: string }).text };
		const body = {
			id: `chatcmpl-${turn}`,
			object: 'chat.completion',
			created: 0,
			model: 'scripted',
			choices: [{ index: 0, message, finish_reason: call ? 'tool_calls' : 'stop' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
		return { status: 200, body };
	} catch (error) {
		return problem(String(error));
	}
}

/** A refusal that n8n does not try again. */
function problem(message: string) {
	return { status: 400, body: { error: { message, type: 'invalid_request_error' } } };
}
