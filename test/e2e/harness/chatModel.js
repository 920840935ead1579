const http = require('node:http');

/**
 * A message of a conversation, as OpenAI's chat completions have it.
 * @typedef {object} Message
 * @property {'system' | 'user' | 'assistant' | 'tool'} role
 * @property {string | null} content
 * @property {Array<{ id: string, function: { name: string, arguments: string } }>} [tool_calls]
 */

/**
 * What n8n sends to the model for one answer.
 * @typedef {object} ChatRequest
 * @property {Message[]} messages
 * @property {Array<{ function: { name: string, description: string, parameters: any } }>} [tools]
 */

/**
 * One answer of the model: a tool to be called, or the text that ends its turn.
 * @typedef {{ tool: string, args: Record<string, unknown> } | { text: string }} Reply
 * @typedef {(request: ChatRequest) => Reply} Step makes one answer of what the model is told; may throw
 */

/**
 * A chat model that follows a script, behind OpenAI's API.
 * @typedef {object} ChatModel
 * @property {string} url to be used as OpenAI's base URL
 * @property {ChatRequest[]} requests everything that it was told since the script began
 * @property {(steps: Step[]) => void} follow begins a script; one step an answer
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<ChatModel>} */
async function startChatModel() {
	/** @type {Step[]} */
	let script = [];
	/** @type {ChatRequest[]} */
	const requests = [];
	const server = http.createServer(async (request, response) => {
		const told = /** @type {ChatRequest} */ (JSON.parse(await bodyOf(request)));
		requests.push(told);
		const step = script[requests.length - 1];
		const { status, body } = step ? answerOf(step, told, requests.length) : problem('The script is over');
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		follow(steps) {
			script = steps;
			requests.length = 0;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/**
 * The answer of the latest tool call.
 * @param {ChatRequest | undefined} request
 * @returns {any[]} its items
 */
function toolAnswer(request) {
	return JSON.parse(toolText(request));
}

/**
 * The answer of the latest tool call, as the model reads it.
 * @param {ChatRequest | undefined} request
 * @returns {string}
 */
function toolText(request) {
	const message = request?.messages.at(-1);
	if (message?.role !== 'tool') throw new Error(`No tool has answered: ${JSON.stringify(message)}`);
	return String(message.content);
}

/**
 * @param {Step} step
 * @param {ChatRequest} told
 * @param {number} turn
 */
function answerOf(step, told, turn) {
	try {
		const reply = step(told);
		const call = 'tool' in reply && {
			id: `call_${turn}`,
			type: 'function',
			function: { name: reply.tool, arguments: JSON.stringify(reply.args) },
		};
		const message = call
			? { role: 'assistant', content: null, tool_calls: [call] }
			: { role: 'assistant', content: /** @type {{ text: string }} */ (reply).text };
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

/**
 * A refusal that n8n does not try again.
 * @param {string} message
 */
function problem(message) {
	return { status: 400, body: { error: { message, type: 'invalid_request_error' } } };
}

/** @param {http.IncomingMessage} request */
async function bodyOf(request) {
	/** @type {Buffer[]} */
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

module.exports = { startChatModel, toolAnswer, toolText };
