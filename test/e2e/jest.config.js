const { profile, suite } = require('../suite.js');

module.exports = suite('e2e', {
	// These wait more than a minute for each round of n8n's Wait node, so that still more of them fit on two cores.
	maxWorkers: 4,
	// n8n 1.x can't park a wait, as these examples do, and has no human review; that the node says so about parking is
	// tested there too, by other files.
	...(profile === 'n8n-1' && { testPathIgnorePatterns: ['/test/e2e/(parked|later|scenes|agentAsks|mcp)'] }),
	// The oldest n8n that parks a wait is there for that. Its Workflow Tool, unlike n8n's from 2.39 on, waits for no
	// workflow that is parked, which docs/waiting.md says.
	...(profile === 'n8n-2-oldest' && {
		testMatch: ['<rootDir>/test/e2e/parked*.test.ts'],
		testPathIgnorePatterns: ['/test/e2e/parkedSubWorkflow'],
	}),
});
