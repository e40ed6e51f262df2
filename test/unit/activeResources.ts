/** What keeps this process alive, one entry each by Node's kinds (`Timeout`, `TCPSocketWrap`, `MessagePort` …), sorted; an owner that has closed everything leaves none. */
export function activeResources(isCounted: (kind: string) => boolean = () => true): readonly string[] {
	return process.getActiveResourcesInfo().filter(isCounted).sort();
}
