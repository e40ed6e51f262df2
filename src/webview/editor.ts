import type { PageMessage } from '../shared/resultProtocol';

/** What VS Code gives every webview page, once. */
interface EditorApi {
	postMessage(message: PageMessage): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor around this page. */
export const editor: EditorApi = acquireVsCodeApi();
