import { generateKeyPairSync, sign } from 'node:crypto';

/** How a certificate is to be. */
export interface CertificateOptions {
	/** DNS name that it is for. */
	host: string;
	/** In milliseconds since 1970. */
	from: number;
	until: number;
}

const TAG = {
	integer: 0x02,
	bits: 0x03,
	octets: 0x04,
	oid: 0x06,
	text: 0x0c,
	time: 0x18,
	sequence: 0x30,
	set: 0x31,
};

/** One value in DER (ITU-T X.690). */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
	const content = Buffer.concat(parts);
	const { length } = content;
	const long = [Math.floor(length / 256), length % 256];
	return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : [tag, 0x82, ...long]), content]);
}

const hex = (digits: string) => Buffer.from(digits, 'hex');
const time = (ms: number) =>
	der(TAG.time, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')}`));

/**
 * A certificate that signs itself (RFC 5280), made anew, so that no key is stored and no date passes.
 *
 * @returns key and certificate in PEM
 */
export function selfSigned({ host, from, until }: CertificateOptions): { key: string; cert: string } {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const ecdsaWithSha256 = der(TAG.sequence, der(TAG.oid, hex('2a8648ce3d040302')));
	const commonName = der(TAG.sequence, der(TAG.oid, hex('550403')), der(TAG.text, Buffer.from(host)));
	const name = der(TAG.sequence, der(TAG.set, commonName));
	const alternativeNames = der(TAG.octets, der(TAG.sequence, der(0x82, Buffer.from(host))));
	const extensions = der(TAG.sequence, der(TAG.sequence, der(TAG.oid, hex('551d11')), alternativeNames));
	const facts = der(
		TAG.sequence,
		der(0xa0, der(TAG.integer, hex('02'))),
		der(TAG.integer, hex('01')),
		ecdsaWithSha256,
		name,
		der(TAG.sequence, time(from), time(until)),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, extensions),
	);
	const signature = der(TAG.bits, hex('00'), sign('sha256', facts, privateKey));
	const lines = der(TAG.sequence, facts, ecdsaWithSha256, signature)
		.toString('base64')
		.replace(/(.{64})/g, '$1\n');
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
	};
}
