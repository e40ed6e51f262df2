import { isAllowedLink } from '../../core/resultLink';
import type { Task } from '../../core/task';
import type { MediaTarget } from '../../shared/resultProtocol';
import { mediaOrigin } from './contentSecurityPolicy';

/** The links of one media of a task, its other formats included; none when there is no such media. */
export function linksOf(task: Task, target: MediaTarget): readonly string[] {
	if (target === 'parent') {
		return task.parentVideo?.url === undefined ? [] : [task.parentVideo.url];
	}
	const media = task.results[target];
	return media === undefined ? [] : [media.url, ...(media.alternatives ?? []).map(({ url }) => url)];
}

/** Whether the page may show a link: one that may be followed at all, and that a policy can name. */
export function isShowable(url: string, task: Task): boolean {
	return isAllowedLink(url, task.ref.origin) && mediaOrigin(url) !== undefined;
}

/** Every link of a task's media, in the order of `linksOf`. */
export function allLinks(task: Task): readonly string[] {
	const targets: readonly MediaTarget[] = [...task.results.keys(), 'parent'];
	return targets.flatMap((target) => linksOf(task, target));
}

/** The origins of every link of a task that the page may show; sorted, each once. */
export function mediaOrigins(task: Task): readonly string[] {
	const origins = allLinks(task)
		.filter((url) => isShowable(url, task))
		.flatMap((url) => mediaOrigin(url) ?? []);
	return [...new Set(origins)].sort();
}
