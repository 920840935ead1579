import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const NODE = join(__dirname, '../../nodes/Seedance');

/** An identifier or a text in a file of the node, by the file's path inside it. */
export interface Word {
	file: string;
	text: string;
}

/** The identifiers and texts in a folder of the node; comments and patterns are none. */
export function wordsOf(folder: string): Word[] {
	return readdirSync(join(NODE, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => `${folder}/${name.split('\\').join('/')}`)
		.filter((name) => name.endsWith('.ts'))
		.flatMap((file) => wordsIn(file, readFileSync(join(NODE, file), 'utf8')));
}

function wordsIn(file: string, source: string): Word[] {
	const words: Word[] = [];
	const visit = (node: ts.Node): void => {
		const isText =
			ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
		if (ts.isIdentifier(node) || (isText && !ts.isRegularExpressionLiteral(node)))
			words.push({ file, text: node.text });
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022));
	return words;
}
