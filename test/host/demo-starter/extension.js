// @ts-check
'use strict';
// Runs the offline demo as soon as Kling Tasks offers it.
const vscode = require('vscode');

const command = 'kling.tryOfflineDemo';
const timeoutMs = 60_000;

/** @param {vscode.ExtensionContext} context */
exports.activate = (context) => {
	const end = Date.now() + timeoutMs;
	/** @type {NodeJS.Timeout | undefined} */
	let timer;
	const check = async () => {
		const commands = await vscode.commands.getCommands(true);
		if (commands.includes(command)) {
			await vscode.commands.executeCommand(command);
		} else if (Date.now() < end) {
			timer = setTimeout(check, 250);
		} else {
			await vscode.window.showErrorMessage(`Kling Tasks did not offer its demo within ${timeoutMs / 1000} seconds.`);
		}
	};
	context.subscriptions.push({ dispose: () => clearTimeout(timer) });
	void check();
};
