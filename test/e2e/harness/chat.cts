import { WebSocket } from 'undici';
import { until } from '../../host/until.cts';

import type { N8n } from '../../host/n8n.cts';
import type { N8nSession } from '../../host/session.cts';

/** What n8n sends to a chat that waits for a decision. */
interface Question {
	type: 'with-buttons';
	text: string;
	buttons: Array<{ text: string; link: string }>;
}

/** A message in a chat: words, or a question with buttons. */
export type ChatMessage = string | Question;

/** n8n ignores clicks of known bots, by their User-Agent; Node.js's own counts as one. */
const BROWSER = {
	'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
};

/** Words of n8n's own protocol, which no person sees. */
const PROTOCOL = ['n8n|heartbeat', 'n8n|continue'];

/** A hosted chat page of n8n, as a browser has it open. */
export interface ChatPage {
	/** What n8n has written so far */
	messages: ChatMessage[];
	/** Writes a further message. */
	write: (chatInput: string) => void;
	/** Presses a button of the latest question. */
	press: (button: string) => Promise<void>;
	close: () => void;
}

/**
 * Writes a first message into a public chat whose response mode is "Using Response Nodes", and keeps the page open.
 * @param path of the chat's webhook
 */
export async function openChat(
	{ n8n, session }: { n8n: N8n; session: N8nSession },
	path: string,
	chatInput: string,
): Promise<ChatPage> {
	const sessionId = `chat ${chatInput}`;
	const first = { action: 'sendMessage', sessionId, chatInput };
	const { body } = await session.callWebhook(path, { body: first });
	if (body.executionStarted !== true) throw new Error(`No chat was begun: ${JSON.stringify(body)}`);
	const query = new URLSearchParams({ sessionId, executionId: body.executionId, isPublic: 'true' });
	if (body.resumeToken) query.set('token', body.resumeToken);
	const socket = new WebSocket(`${n8n.url.replace('http', 'ws')}/chat?${query}`);
	const messages: ChatMessage[] = [];
	socket.addEventListener('message', ({ data }) => {
		const text = String(data);
		if (text === 'n8n|heartbeat') socket.send('n8n|heartbeat-ack');
		if (!PROTOCOL.includes(text)) messages.push(toMessage(text));
	});
	return {
		messages,
		write: (more) => socket.send(JSON.stringify({ ...first, chatInput: more })),
		async press(name) {
			const question = await until(
				() => messages.findLast((message): message is Question => typeof message !== 'string'),
				{ what: 'the chat asks', withinMs: 60_000 },
			);
			const link = question.buttons.find(({ text }) => text === name)?.link;
			if (!link) throw new Error(`No button "${name}" in ${JSON.stringify(question)}`);
			const response = await fetch(link, { headers: BROWSER });
			if (!response.ok) throw new Error(`"${name}" is answered ${response.status}`);
		},
		close: () => socket.close(),
	};
}

function toMessage(text: string): ChatMessage {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
