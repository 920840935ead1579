// n8n loads this by NODE_OPTIONS. It notes in n8n's folder which file the node gets as n8n-workflow.
const { appendFileSync } = require('node:fs');
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...others) {
	const file = resolve.call(this, request, parent, ...others);
	if (request === 'n8n-workflow' && parent?.filename.includes('/n8n-nodes-globalaiopc/')) {
		appendFileSync('n8n-workflow.txt', `${file}\n`);
	}
	return file;
};
