const { profile, suite } = require('../suite.js');

module.exports = suite('engine', {
	// Most of these tests wait: for a server, or for a time that is part of what they prove.
	maxWorkers: 3,
	testSequencer: '<rootDir>/test/engine/longestFirst.js',
	// On the n8n-core of a pinned n8n by `N8N_PROFILE=n8n-1`, say, else on the one in devDependencies.
	...(profile && {
		moduleNameMapper: {
			'^n8n-(core|workflow)(/.*)?$': `<rootDir>/test/host/${profile}/node_modules/n8n-$1$2`,
		},
	}),
});
