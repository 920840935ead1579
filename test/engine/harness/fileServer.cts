import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How a file is served. */
export interface Served {
	bytes: Buffer;
	type?: string;
	/** Whether it is sent by Range where that is asked for; true by default. */
	hasRanges?: boolean;
	status?: number;
	/** Sends this many bytes, then nothing for good. */
	stallsAfter?: number;
	redirectTo?: string;
}

/** A server of files, as storage services are, on 127.0.0.1. */
export class FileServer {
	/** Of each request: its path, its Range and its login. */
	readonly requests: Array<{ path: string; range?: string; authorization?: string }> = [];

	/** Bytes of bodies that were handed to the network. */
	sent = 0;

	readonly files = new Map<string, Served>();
	private readonly sockets = new Set<Socket>();
	private readonly server = http.createServer((request, response) => this.answer(request, response));

	async start(): Promise<void> {
		this.server.on('connection', (socket) => {
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
		});
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	/** Waits until no connection is open. */
	async idle(): Promise<void> {
		await Promise.all([...this.sockets].map(async (socket) => await once(socket, 'close')));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	close(): void {
		this.server.close();
		this.sockets.forEach((socket) => socket.destroy());
	}

	private answer({ url = '', headers }: http.IncomingMessage, response: http.ServerResponse): void {
		const { range, authorization } = headers;
		this.requests.push({ path: url, range, authorization });
		const file = this.files.get(url);
		if (!file) return void response.writeHead(404).end();
		if (file.redirectTo) return void response.writeHead(302, { location: file.redirectTo }).end();
		const { bytes, type = 'application/octet-stream', hasRanges = true, status = 200 } = file;
		const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
		const isPart = hasRanges && first !== undefined;
		const part = isPart ? bytes.subarray(Number(first), Number(last) + 1) : bytes;
		const end = Number(first) + part.length - 1;
		response.writeHead(isPart ? 206 : status, {
			'content-type': type,
			'content-length': part.length,
			...(isPart && { 'content-range': `bytes ${first}-${end}/${bytes.length}` }),
		});
		const body = part.subarray(0, file.stallsAfter);
		this.sent += body.length;
		response.write(body);
		if (file.stallsAfter === undefined) response.end();
	}
}
