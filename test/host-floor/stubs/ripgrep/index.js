'use strict';
// The editor imports the path at its start, and searches with the program whether bundled extensions apply to a folder.
const path = require('node:path');

exports.rgPath = path.join(__dirname, 'findsNothing.sh');
