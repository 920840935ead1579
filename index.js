const { GlobalAiOpcApi } = require('./dist/credentials/GlobalAiOpcApi.credentials.js');
const { Seedance } = require('./dist/nodes/Seedance/Seedance.node.js');

module.exports = { GlobalAiOpcApi, Seedance };
