import { localRefusal } from '../../../nodes/Seedance/media/addresses';
import { containing } from '../expecting';

const LAST_FRAME = { label: 'Last Frame', isList: false };

describe('an address in a private network', () => {
	test.each([
		'http://localhost:5678/rest/binary-data',
		'http://127.0.0.1/a.png',
		'https://10.0.0.7/a.png',
		'http://minio:9000/a.png',
		'http://0.0.0.0:80',
		'https://nas.local/a.png',
		'http://n8n.internal',
		'http://nas.lan/a.png',
		'http://[::1]:5678',
		'http://[::ffff:127.0.0.1]/a.png',
		'http://localhost./a.png',
		'http://host.docker.internal/a.png',
		'http://192.168.1.7:9000/a.png',
		'http://2130706433/a.png',
	])('%s is one', (url) => {
		expect(localRefusal([{ ...LAST_FRAME, addresses: [url] }])).toEqual([
			`The 'Last Frame' leads into a private network: ${url}`,
			containing('from outside your network'),
		]);
	});

	test('is found in a list too', () => {
		const place = { label: 'Reference Audios', isList: true };
		const [message] =
			localRefusal([{ ...place, addresses: ['https://a.example', 'http://minio/b.mp3'] }]) ?? [];
		expect(message).toBe("A line in 'Reference Audios' leads into a private network: http://minio/b.mp3");
	});

	test.each([
		'https://a.example/localhost',
		'https://8.8.8.8/a',
		'https://local.example',
		'https://[2001:db8::1]/a',
		'https://[::ffff:8.8.8.8]/a',
		'asset://localhost',
	])('%s is none', (url) => expect(localRefusal([{ ...LAST_FRAME, addresses: [url] }])).toBeUndefined());
});
