// STAND-INS for YouTube and Google Drive, so that n8n's own nodes can upload to them without an account.
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

export type Service = 'YouTube' | 'Google Drive';

/** One upload, as a service got it. */
export interface Upload {
	service: Service;
	/** What came beside the file */
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
const TOKEN = 'google-stand-in';
/** Google takes parts of a multiple of this, but for the last. */
const PART_BYTES = 256 * 1024;
const HOUR_MS = 3_600_000;

/** The stand-ins, and how n8n gets to them. */
export class Google {
	/** Finished uploads, in their order */
	readonly uploads: Upload[] = [];
	/** Services that refuse whatever comes */
	readonly refusing = new Set<Service>();
	/** What n8n needs to be started with, to take the stand-in for Google. Filled by `start`. */
	readonly env: Record<string, string> = {};
	#begun: Begun[] = [];
	#folder = temporaryFolder();
	#server: https.Server;
	/** Leads n8n to the stand-in instead of to Google, and nowhere else */
	#proxy = http.createServer();
	#tunnels = new Set<net.Socket>();

	constructor() {
		const now = Date.now();
		const certificate = selfSigned({ host: GOOGLE, from: now - HOUR_MS, until: now + 24 * HOUR_MS });
		const trusted = path.join(this.#folder, 'google.pem');
		writeFileSync(trusted, certificate.cert);
		this.env['NODE_EXTRA_CA_CERTS'] = trusted;
		this.#server = https.createServer(certificate, async (request, response) => {
			const { status, headers = {}, body } = await this.#answer(request);
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(body && JSON.stringify(body));
		});
	}

	async start(): Promise<void> {
		const port = await listen(this.#server);
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
	}

	async close(): Promise<void> {
		for (const end of this.#tunnels) end.destroy();
		await Promise.all([this.#server, this.#proxy].map(close));
		removeFolder(this.#folder);
	}

	/** Both accounts, as they are after a person has signed in to them. */
	get credentials(): FilledCredential[] {
		const signedIn = { access_token: TOKEN, token_type: 'Bearer' };
		const data = { clientId: 'stand-in', clientSecret: 'stand-in', oauthTokenData: signedIn };
		return [
			{ name: 'YouTube', type: 'youTubeOAuth2Api', data },
			{ name: 'Google Drive', type: 'googleDriveOAuth2Api', data },
		];
	}

	/** Both services take a file in parts, which follow a request that tells about it. */
	async #answer(request: http.IncomingMessage): Promise<Answer> {
		const url = new URL(request.url ?? '', `https://${GOOGLE}`);
		const { method, headers } = request;
		if (method === 'PUT') return this.#takePart(url, headers['content-range'], await buffer(request));
		if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: {} };
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
}

/** What a service answers. */
interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: object;
}
