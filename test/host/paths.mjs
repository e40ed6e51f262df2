// @ts-check
// Where things are. Nothing here needs an installed package.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This folder. */
export const hostDir = path.dirname(fileURLToPath(import.meta.url));

/** The project's top folder. */
export const root = path.resolve(hostDir, '..', '..');

/** VS Code's server and workbench, as the npm package code-server brings them. */
export const vscodeDir = path.join(hostDir, 'node_modules', 'code-server', 'lib', 'vscode');

/** What starts VS Code's server. */
export const serverMain = path.join(vscodeDir, 'out', 'server-main.js');
