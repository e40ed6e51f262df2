// @ts-check
// Paths of the project and of VS Code's server. Needs no installed package.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This folder. */
export const hostDir = path.dirname(fileURLToPath(import.meta.url));

/** The project's root folder. */
export const root = path.resolve(hostDir, '..', '..');

/** VS Code's server and workbench, from the npm package code-server. */
export const vscodeDir = path.join(hostDir, 'node_modules', 'code-server', 'lib', 'vscode');

/** The entry point of VS Code's server. */
export const serverMain = path.join(vscodeDir, 'out', 'server-main.js');
