import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, HOST, listen } from '../../host/n8n/ports.cts';
import { hash } from './folder.cts';

const TOKEN = ['1234567890', 'AAstandIn'].join(':');

/** What Telegram's page says of a text in HTML: no tags but these, and `&` only where it begins an entity. */
const NO_HTML = /<(?!\/?(?:a|b|i|u|s|code|pre)\b)|&(?!(?:amp|lt|gt|quot|#\d+);)/;

/** A message that the bot sent, with the fields as Telegram's API names them. */
export interface Sent {
	method: string;
	chat: string;
	/** The text, or the words under a video */
	text: string;
	/** The message that it answers */
	replyTo: string;
	video?: { name: string; type: string; sha256: string };
}

/** Stand-in for Telegram: its bot API, for one bot, and the people who write to it. */
export interface Telegram {
	credential: { name: string; type: 'telegramApi'; data: Record<string, unknown> };
	sent: Sent[];
	/**
	 * A message of a person, handed to the bot; the same number again is a repeat.
	 * @param text none if it has no words, such as a sticker
	 */
	write: (chat: number, message: number, text?: string) => Promise<number>;
	/** Whether the bot has said where it takes messages */
	isListened: () => boolean;
	/** What is answered to files for a chat, by its ID; by default they are taken */
	refusals: Map<string, { status: number; words: string }>;
	close: () => Promise<void>;
}

export async function startTelegram(): Promise<Telegram> {
	let webhook: { url: string; secret_token: string } | undefined;
	const sent: Sent[] = [];
	const refusals: Telegram['refusals'] = new Map();
	const answer = async (method: string, fields: FormData): Promise<{ status: number; result: unknown }> => {
		const text = (name: string) => String(fields.get(name) ?? '');
		if (method === 'getWebhookInfo') return { status: 200, result: { url: webhook?.url ?? '' } };
		if (method === 'setWebhook') webhook = { url: text('url'), secret_token: text('secret_token') };
		if (method === 'deleteWebhook') webhook = undefined;
		if (!method.startsWith('send')) return { status: 200, result: true };
		const words = text(method === 'sendVideo' ? 'caption' : 'text');
		const file = fields.get('video');
		const refusal = file && refusals.get(text('chat_id'));
		if (refusal) return { status: refusal.status, result: refusal.words };
		if (text('parse_mode') === 'HTML' && NO_HTML.test(words))
			return { status: 400, result: "Bad Request: can't parse entities" };
		sent.push({
			method,
			chat: text('chat_id'),
			text: words,
			replyTo: text('reply_to_message_id'),
			...(file instanceof File && { video: await videoOf(file) }),
		});
		return { status: 200, result: { message_id: 1000 + sent.length } };
	};
	const server = http.createServer(async (request, response) => {
		const method = request.url?.split('/').at(-1) ?? '';
		const fields = await fieldsOf(request.headers['content-type'], await buffer(request));
		const { status, result } = request.url?.startsWith(`/bot${TOKEN}/`)
			? await answer(method, fields)
			: { status: 401, result: 'Unauthorized' };
		const body =
			status === 200 ? { ok: true, result } : { ok: false, error_code: status, description: result };
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	const port = await listen(server);
	return {
		credential: {
			name: 'Stand-in for Telegram',
			type: 'telegramApi',
			data: { accessToken: TOKEN, baseUrl: `http://${HOST}:${port}` },
		},
		sent,
		refusals,
		isListened: () => webhook !== undefined,
		async write(chat, message, text) {
			if (!webhook) throw new Error('The bot has not said where it takes messages');
			const headers = {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': webhook.secret_token,
			};
			const person = { id: chat, first_name: 'A person' };
			const update = {
				update_id: message,
				message: { message_id: message, from: person, chat: { ...person, type: 'private' }, date: 0, text },
			};
			const body = JSON.stringify(update);
			return (await fetch(webhook.url, { method: 'POST', headers, body })).status;
		},
		close: async () => await close(server),
	};
}

async function videoOf(file: File): Promise<Sent['video']> {
	return { name: file.name, type: file.type, sha256: hash(Buffer.from(await file.arrayBuffer())) };
}

/** Telegram takes JSON and forms. */
async function fieldsOf(type: string | undefined, body: Buffer): Promise<FormData> {
	if (type?.startsWith('multipart/'))
		return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
	const fields = new FormData();
	const given = Object.entries(body.length > 0 ? JSON.parse(body.toString()) : {});
	for (const [name, value] of given) fields.append(name, String(value));
	return fields;
}
