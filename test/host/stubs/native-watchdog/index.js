'use strict';
// Plain JavaScript stand-in for a native module: ends the extension host when VS Code's server is gone.

exports.start = (pid) => {
	setInterval(() => {
		try {
			process.kill(pid, 0);
		} catch (error) {
			if (error.code === 'ESRCH') {
				process.exit(87);
			}
		}
	}, 2000).unref();
};

exports.exit = (code) => process.exit(code || 0);
