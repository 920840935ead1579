import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const NODE = join(__dirname, '../../nodes/Seedance');

/** An import between two files of the node, by their paths inside it. */
export interface Import {
	from: string;
	to: string;
}

/** Every import between files of the node, types included. */
export function importsOfNode(): Import[] {
	return readdirSync(NODE, { recursive: true, encoding: 'utf8' })
		.map((name) => name.split('\\').join('/'))
		.filter((name) => name.endsWith('.ts'))
		.flatMap((from) =>
			[...readFileSync(join(NODE, from), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => ({
				from,
				to: posix.join(posix.dirname(from), path),
			})),
		);
}
