/**
 * The resources that keep this process alive, by Node's kinds (`Timeout`, `TCPSocketWrap`, `MessagePort` …), one entry each, sorted; empty
 * when everything is closed.
 */
export function activeResources(isCounted: (kind: string) => boolean = () => true): readonly string[] {
	return process.getActiveResourcesInfo().filter(isCounted).sort();
}
