import { useBinaryStore } from './harness/binaryData.cts';
import { runNode } from './harness/engine';
import * as networks from './harness/networks.cts';
import { KEY, useSimulator } from './harness/simulator';

// What n8n's helpers make of a network that lets nothing through: real sockets, certificates and proxies. Which error of
// Node.js means what is proven in unit/http/connectionError.test.ts and proxy.test.ts, without n8n; how often
// each is sent again in unit/http/client.test.ts, and which end a wait in unit/waiting/poll.test.ts.

const simulator = useSimulator();
useBinaryStore();

const open: networks.Obstacle[] = [];

beforeEach(() => networks.useProxy());
afterEach(() => {
	open.splice(0).forEach(({ close }) => close());
	networks.restoreProxy();
});

async function standing(obstacle: Promise<networks.Obstacle>): Promise<networks.Obstacle> {
	open.push(await obstacle);
	return open.at(-1) as networks.Obstacle;
}

/** Creates a task at such a Base URL. */
async function send(baseUrl: string, maxRetries = 0) {
	const { error, outputs } = await runNode({
		credential: { apiKey: KEY, baseUrl },
		parameters: {
			operation: 'create',
			waitUntilDone: 'no',
			prompt: 'A cat',
			options: { maxRetries, requestTimeout: 60 },
		},
	});
	expect(outputs.flat()).toHaveLength(0);
	expect(JSON.stringify([error?.message, error?.description])).not.toContain(KEY);
	return { message: error?.message ?? '', description: error?.description ?? '' };
}

const NOTHING = 'No task was created for this item, and nothing is billed for it.';

const AT_LOCALHOST: Array<
	[what: string, words: string, advice: string, obstacle: () => Promise<networks.Obstacle>]
> = [
	['a self-signed certificate', 'self-signed certificate', 'NODE_EXTRA_CA_CERTS', () => networks.untrusted()],
	[
		'an expired certificate',
		'certificate that has expired',
		'has to renew it',
		() => networks.untrusted(true),
	],
	['plain http behind https', 'does not answer by https', 'http://', networks.plain],
	['a connection that is closed at once', 'before it was secure', 'Try again', networks.closing],
	['nobody who listens', 'refused the connection', "Check the 'Base URL'", networks.nobody],
];

describe('a create to https', () => {
	test.each(AT_LOCALHOST)('%s: nothing was made', async (_what, words, advice, obstacle) => {
		const { port, requests } = await standing(obstacle());
		const { message, description } = await send(`https://localhost:${port}`);
		expect(message).toContain(words);
		expect(description).toContain(NOTHING);
		expect(description).toContain(advice);
		expect(requests()).toBe(0);
	});
});

const REFUSALS: Array<[answer: string, words: string, advice: string]> = [
	['407 Login\r\nProxy-Authenticate: Basic realm="x"', 'requires a login', 'user and password'],
	['403 No\r\nServer: x\r\nContent-Type: text/html', 'does not let n8n through', 'allow this host'],
	['503 Service Unavailable\r\nProxy-Agent: x', 'could not reach it', 'HTTPS_PROXY'],
	['', 'the proxy that n8n uses closed the connection', 'HTTPS_PROXY'],
];

describe('a proxy that refuses a tunnel', () => {
	test.each(REFUSALS)('%j', async (answer, words, advice) => {
		const proxy = await standing(networks.refusingProxy(answer));
		networks.useProxy(`http://user:hidden@127.0.0.1:${proxy.port}`);
		const { message, description } = await send('https://api.example');
		expect(message).toMatch(/proxy/i);
		expect(message).toContain(words);
		expect(description).toContain(NOTHING);
		expect(description).toContain(advice);
		expect(message + description).not.toMatch(/Prompt|credit|hidden/);
		expect(proxy.requests()).toBe(1);
	});

	test('one that a server could have given as well: the proxy is named, and the create may have arrived', async () => {
		const proxy = await standing(networks.refusingProxy('503 Service Unavailable'));
		networks.useProxy(`http://127.0.0.1:${proxy.port}`);
		const { message, description } = await send('https://api.example', 3);
		expect(message).toMatch(/^A proxy .* could not reach it/);
		expect(description).toContain('may exist and be billed');
		expect(proxy.requests()).toBe(1);
	});

	test('a login that a proxy wants for plain http is named too', async () => {
		const proxy = await standing(
			networks.refusingProxy('407 Proxy Authentication Required\r\nContent-Length: 0'),
		);
		networks.useProxy(`http://127.0.0.1:${proxy.port}`);
		const { message, description } = await send('http://api.internal');
		expect(message).toContain('requires a login');
		expect(description).toContain(NOTHING);
	});
});

describe('a proxy that is down, or that is none', () => {
	test.each(['https://api.example', 'http://api.internal'])(
		'is named by its address: %s',
		async (baseUrl) => {
			const proxy = await standing(networks.nobody());
			networks.useProxy(`http://user:hidden@127.0.0.1:${proxy.port}`);
			const { message, description } = await send(baseUrl);
			expect(message).toContain(`The proxy 127.0.0.1:${proxy.port}, which n8n uses, refused the connection`);
			expect(description).toContain(NOTHING);
			expect(message + description).not.toMatch(/hidden|Base URL/);
		},
	);
});

describe('a download', () => {
	const download = simulator.runs({
		parameters: {
			taskId: '={{ $json.id }}',
			waitUntilDone: 'no',
			downloadVideo: true,
			options: { maxRetries: 0 },
		},
	});

	test('from a server whose certificate nobody trusts', async () => {
		const { port, requests } = await standing(networks.untrusted());
		const { id } = simulator.api.addTask({ finishAfter: 0, videoUrl: `https://localhost:${port}/video.mp4` });
		const { error } = await download({ items: [{ id }] });
		expect(error?.message).toContain("The video's server has a self-signed certificate");
		expect(error?.description).toContain('NODE_EXTRA_CA_CERTS');
		expect(requests()).toBe(0);
	});

	test('by a proxy that wants a login', async () => {
		const proxy = await standing(networks.refusingProxy('407 No\r\nContent-Length: 0'));
		networks.useProxy(`http://127.0.0.1:${proxy.port}`, new URL(simulator.api.baseUrl).host);
		const { id } = simulator.api.addTask({ finishAfter: 0 });
		const { error } = await download({ items: [{ id }] });
		expect(error?.message).toContain("A proxy between n8n and the video's server requires a login");
		expect(proxy.requests()).toBe(1);
	});
});
