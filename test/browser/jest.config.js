const { suite } = require('../suite.js');

module.exports = suite('browser', { maxWorkers: 2 });
