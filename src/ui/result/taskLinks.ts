import { isAllowedLink } from '../../core/resultLink';
import type { Task } from '../../core/task';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { mediaOrigin } from './contentSecurityPolicy';

/** The links of one media of a task, its other formats included; none when there is no such media. */
export function linksOf(task: Task, ref: MediaRef): readonly string[] {
	const media = mediaAt(task, ref);
	return media === undefined ? [] : [media.url, ...(media.alternatives ?? []).map(({ url }) => url)];
}

/** Whether the page may show a link: one that may be followed at all, and that a policy can name. */
export function isShowable(url: string, task: Task): boolean {
	return isAllowedLink(url, task.ref.origin) && mediaOrigin(url) !== undefined;
}

/** Every link of a task's media, in the order of `linksOf`. */
export function allLinks(task: Task): readonly string[] {
	const refs: readonly MediaRef[] = [...task.results.keys(), 'parent'];
	return refs.flatMap((ref) => linksOf(task, ref));
}

/** The origins of every link of a task that the page may show; sorted, each once. */
export function mediaOrigins(task: Task): readonly string[] {
	const origins = allLinks(task)
		.filter((url) => isShowable(url, task))
		.flatMap((url) => mediaOrigin(url) ?? []);
	return [...new Set(origins)].sort();
}
