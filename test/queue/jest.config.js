const { suite } = require('../suite.js');

module.exports = suite('queue', { maxWorkers: 1 });
