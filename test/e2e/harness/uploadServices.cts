// STAND-INS for YouTube, Google Drive and Telegram, so that n8n's own nodes can upload to them without an account.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { buffer, json } from 'node:stream/consumers';
import { selfSigned } from '../../engine/harness/certificate.cts';
import { close, HOST, listen } from '../../host/n8n/ports.cts';
import { hash, removeFolder, temporaryFolder } from './folder.cts';

import type { FilledCredential } from '../../host/session.cts';

export type Service = 'YouTube' | 'Google Drive' | 'Telegram';

/** One upload, as a service got it. */
export interface Upload {
	service: Service;
	/** What was told beside the file */
	about: any;
	/** Media type of the file */
	type: string | undefined;
	/** In how many requests its bytes came */
	parts: number;
	sha256: string;
}

/** An upload that Google is still taking. */
interface Begun extends Omit<Upload, 'sha256'> {
	bytes: Buffer;
}

/** The one host of both of n8n's Google nodes. */
const GOOGLE = 'www.googleapis.com';
const TOKENS = { google: 'google-stand-in', telegram: '123456:telegram-stand-in' };
/** Google takes parts of a multiple of this, but for the last. */
const PART_BYTES = 256 * 1024;
const HOUR_MS = 3_600_000;

/** The stand-ins, and how n8n gets to them. */
export class UploadServices {
	/** Finished uploads, in their order */
	readonly uploads: Upload[] = [];
	/** Services that refuse whatever comes */
	readonly refusing = new Set<Service>();
	/** What n8n needs to be started with, to take the stand-in for Google. Filled by `start`. */
	readonly env: Record<string, string> = {};
	#begun: Begun[] = [];
	#folder = temporaryFolder();
	#google: https.Server;
	/** Leads n8n to the stand-in instead of to Google, and nowhere else */
	#proxy = http.createServer();
	#telegram = http.createServer();
	#tunnels = new Set<net.Socket>();
	#telegramUrl = '';

	constructor() {
		const now = Date.now();
		const certificate = selfSigned({ host: GOOGLE, from: now - HOUR_MS, until: now + 24 * HOUR_MS });
		const trusted = path.join(this.#folder, 'google.pem');
		writeFileSync(trusted, certificate.cert);
		this.env['NODE_EXTRA_CA_CERTS'] = trusted;
		this.#google = https.createServer(certificate, async (request, response) => {
			const { status, headers = {}, body } = await this.#askGoogle(request);
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(body && JSON.stringify(body));
		});
		this.#telegram.on('request', async (request, response) => {
			const { status, body } = await this.#askTelegram(request);
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		});
	}

	async start(): Promise<void> {
		const port = await listen(this.#google);
		this.#proxy.on('connect', ({ url }: http.IncomingMessage, socket: net.Socket) => {
			if (url !== `${GOOGLE}:443`) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			const tunnel = net.connect(port, HOST, () => {
				socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
				tunnel.pipe(socket).pipe(tunnel);
			});
			for (const end of [socket, tunnel]) {
				this.#tunnels.add(end);
				end.on('error', () => undefined).on('close', () => this.#tunnels.delete(end));
			}
		});
		this.env['HTTPS_PROXY'] = `http://${HOST}:${await listen(this.#proxy)}`;
		this.#telegramUrl = `http://${HOST}:${await listen(this.#telegram)}`;
	}

	async close(): Promise<void> {
		for (const end of this.#tunnels) end.destroy();
		await Promise.all([this.#google, this.#proxy, this.#telegram].map(close));
		removeFolder(this.#folder);
	}

	/** The accounts of all three, as they are after a person has signed in to them. */
	get credentials(): FilledCredential[] {
		const signedIn = { access_token: TOKENS.google, token_type: 'Bearer' };
		const google = { clientId: 'stand-in', clientSecret: 'stand-in', oauthTokenData: signedIn };
		return [
			{ name: 'YouTube', type: 'youTubeOAuth2Api', data: google },
			{ name: 'Google Drive', type: 'googleDriveOAuth2Api', data: google },
			{
				name: 'Telegram',
				type: 'telegramApi',
				data: { accessToken: TOKENS.telegram, baseUrl: this.#telegramUrl },
			},
		];
	}

	/** Both of Google's services take a file in parts, which follow a request that tells about it. */
	async #askGoogle(request: http.IncomingMessage): Promise<Answer> {
		const url = new URL(request.url ?? '', `https://${GOOGLE}`);
		const { method, headers } = request;
		if (method === 'PUT') return this.#takePart(url, headers['content-range'], await buffer(request));
		if (headers.authorization !== `Bearer ${TOKENS.google}`) return { status: 401, body: {} };
		const about = (await json(request)) as object;
		const [, id] = /^\/drive\/v3\/files\/(\d+)$/.exec(url.pathname) ?? [];
		const known = method === 'PATCH' && id ? this.#begun[Number(id)] : undefined;
		if (known) return { status: 200, body: { id, ...Object.assign(known.about, about) } };
		const service = { '/upload/youtube/v3/videos': 'YouTube', '/upload/drive/v3/files': 'Google Drive' }[
			url.pathname
		] as Service | undefined;
		if (method !== 'POST' || !service || url.searchParams.get('uploadType') !== 'resumable')
			return { status: 404, body: {} };
		if (this.refusing.has(service)) {
			const message = 'The request cannot be completed because you have exceeded your quota.';
			return { status: 403, body: { error: { code: 403, message, errors: [{ message }] } } };
		}
		const type = headers['x-upload-content-type'];
		const next = this.#begun.push({
			service,
			about,
			type: type as string | undefined,
			parts: 0,
			bytes: Buffer.alloc(0),
		});
		url.searchParams.set('upload_id', String(next - 1));
		return { status: 200, headers: { location: url.href } };
	}

	#takePart(url: URL, range = '', bytes: Buffer): Answer {
		const id = Number(url.searchParams.get('upload_id') ?? NaN);
		const begun = this.#begun[id];
		const [from, to, size] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? []).slice(1).map(Number);
		if (!begun || from !== begun.bytes.length || to !== from + bytes.length - 1) return { status: 400 };
		begun.parts++;
		begun.bytes = Buffer.concat([begun.bytes, bytes]);
		if (to + 1 !== size) {
			if (bytes.length % PART_BYTES !== 0) return { status: 400 };
			return { status: 308, headers: { range: `bytes=0-${to}` } };
		}
		const { bytes: file, ...upload } = begun;
		this.uploads.push({ ...upload, sha256: hash(file) });
		return { status: 200, body: { id: String(id) } };
	}

	/** Takes a form with a file, as Telegram's page on sendVideo has it. */
	async #askTelegram(request: http.IncomingMessage): Promise<Answer> {
		const body = await buffer(request);
		if (request.url !== `/bot${TOKENS.telegram}/sendVideo`)
			return { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
		if (this.refusing.has('Telegram')) {
			const description = 'Bad Request: chat not found';
			return { status: 400, body: { ok: false, error_code: 400, description } };
		}
		const type = request.headers['content-type'] ?? '';
		const sent = await new Response(body, { headers: { 'content-type': type } }).formData();
		const { video, ...about } = Object.fromEntries(sent) as { video: File };
		const sha256 = hash(Buffer.from(await video.arrayBuffer()));
		const name = video.name;
		this.uploads.push({ service: 'Telegram', about: { ...about, name }, type: video.type, parts: 1, sha256 });
		return { status: 200, body: { ok: true, result: { message_id: 1 } } };
	}
}

/** What a service answers. */
interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: object;
}
