import type { PageMessage } from '../shared/resultProtocol';

/** VS Code's API for webview pages; a page can acquire it only once. */
interface EditorApi {
	postMessage(message: PageMessage): void;
	getState(): unknown;
	setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor that shows this page. */
export const editor: EditorApi = acquireVsCodeApi();
