'use strict';
// Plain JavaScript stand-in for a native module: VS Code writes its log files and output channels through it.
// Rotation is left out, since the files live no longer than the run.
// (ES modules import it by name, so keep to plain `exports.name = ...`.)
const fs = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
let globalLevel = 0;

class Logger {
	constructor(_type, _name, file) {
		this.file = file;
		this.level = globalLevel;
		this.raw = false;
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.appendFileSync(file, '');
	}

	#write(level, message) {
		if (level < this.level) {
			return;
		}
		const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '');
		try {
			fs.appendFileSync(this.file, this.raw ? message : `${stamp} [${levels[level]}] ${message}\n`);
		} catch (error) {
			// The folder of a run that is over may be gone while the server still says goodbye.
			if (error.code !== 'ENOENT') {
				throw error;
			}
		}
	}

	trace(message) {
		this.#write(0, message);
	}
	debug(message) {
		this.#write(1, message);
	}
	info(message) {
		this.#write(2, message);
	}
	warn(message) {
		this.#write(3, message);
	}
	error(message) {
		this.#write(4, message);
	}
	critical(message) {
		this.#write(5, message);
	}
	getLevel() {
		return this.level;
	}
	setLevel(level) {
		this.level = level;
	}
	setPattern() {
		this.raw = false;
	}
	clearFormatters() {
		this.raw = true;
	}
	flush() {}
	drop() {}
}

async function createLogger(name, file) {
	return new Logger('rotating', name, file);
}

exports.version = 11100;
exports.Logger = Logger;
exports.setLevel = (level) => {
	globalLevel = level;
};
exports.setFlushOn = () => {};
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
