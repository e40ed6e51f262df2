// What a name means that stands before, above or beside a value: a JSON key, a column's heading, a label in a line.

/**
 * - `task`: a task's ID, or the task itself. `job`: what other programs call so. `id`: an ID without an owner
 * - `external`: an ID that a person gave the task
 * - `name`, `prompt`, `operation`, `origin`, `status`, `parts`: what they say; `parts` are results, inputs and parents of a task
 * - `other`: something that is never a task: another thing's ID, a time, a size
 */
export type FieldRole = 'task' | 'job' | 'id' | 'external' | 'name' | 'prompt' | 'operation' | 'origin' | 'status' | 'parts' | 'other';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Whose ID is a task's. */
const taskOwners = words('task tasks');
const jobOwners = words('job jobs generation generations gen');
/** Qualifiers that change nothing. */
const qualifiers = words('kling klingai cometapi comet my the your our new current video image audio async create created');
/** Qualifiers of a task that is not the one to query. */
const otherTasks = words(
	'parent upstream source src origin original previous prev prior retry of input reference ref base old deleted from linked related extended continued root',
);
/** Other things that have IDs. */
const otherOwners = words(
	'req request trace span correlation video videos image images audio audios result results session voice element face user account org team customer channel order message media asset file log model key client project group run part output parent upstream workspace device host process thread worker node container pod instance invoice payment billing row event node workflow message',
);
/** Words after which a number is not an ID. */
const otherNames = words(
	'order ticket account user case tracking offset guild device customer invoice req request trace ts time timestamp seed nonce size bytes length sha sha1 sha256 md5 hash span pid uid port phone tel fax amount price cost total count width height duration version build commit url link cover thumbnail poster file path',
);
const statusNames = words('status state progress');
const nameNames = words('name title label shot scene clip alias slug caption');
const operationNames = words('operation op action action2 endpoint method type kind route');
const originNames = words('api host origin gateway server domain');
/** Keys of what belongs to a task: an `id` below them is not a task's. */
const partNames = words(
	'taskresult taskinfo parentvideo parent videos images audios seriesimages outputs output voices elements facedata faces billing result results input inputs watermarkinfo usage',
);

/** In other languages, at the end of a text without spaces. Another thing's ID comes before a task's. */
const foreign: readonly (readonly [RegExp, FieldRole])[] = [
	[/(?:父|上级|来源|原)(?:任务|任務)(?:id|编号|編號|号)?$/, 'other'],
	[
		/(?:任务|任務)(?:id|编号|編號|号|號|标识)?$|タスク(?:id|番号)?$|작업(?:id|번호|아이디)?$|(?:задача|задачи|идзадачи|tarea|tâche|مهمة|المهمة|משימה|कार्य|कार्यआईडी|งาน)(?:id)?$/,
		'task',
	],
	[/(?:^|的)(?:编号|編號|番号|번호|标识)$/, 'id'],
	// Any other thing's number: an order, a request, a video, a telephone.
	[/[^\x00-\x7f](?:id|编号|編號|号|號|号码|號碼|番号|번호|아이디)$|(?:手机|電話|电话)$/, 'other'],
	[/(?:链接|連結|地址|网址|リンク|링크|时间|時間)$/, 'other'],
	[/^(?:名称|名稱|名字|标题|標題|镜头|鏡頭|分镜|名前|タイトル|이름|제목|título|название)$/, 'name'],
	[/^(?:提示词|提示詞|描述|プロンプト|프롬프트)$/, 'prompt'],
	[/^(?:操作|接口|类型|類型|エンドポイント|유형|작업유형|任务类型)$/, 'operation'],
	[/^(?:状态|狀態|状態|ステータス|상태)$/, 'status'],
];

/** The parts of a field's name in lower case: `klingTaskIDs`, `KLING_TASK_IDS` and `kling-task ids` have the same. */
function partsOf(name: string): string[] {
	return name
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
		.toLowerCase()
		.split(/[\s_.\-/:#*"'`]+/)
		.filter((part) => part !== '');
}

const maxKnown = 5_000;
const known = new Map<string, FieldRole | undefined>();

/** The role of a field by its name; undefined if the table does not know it. Remembers the last names: most texts have few. */
export function fieldRole(name: string): FieldRole | undefined {
	if (name.length > 64 || (/\d$/.test(name) && !/(?:sha\d+|md5|action2)$/i.test(name))) {
		return undefined;
	}
	let role = known.get(name);
	if (role === undefined && !known.has(name)) {
		if (known.size >= maxKnown) {
			known.clear();
		}
		role = readRole(name);
		known.set(name, role);
	}
	return role;
}

function readRole(name: string): FieldRole | undefined {
	if (/[^\x00-\x7f]/.test(name)) {
		const compact = name.toLowerCase().replace(/[\s_\-:=#*"'`]|(?:是|为|為|は|が|은|는|이|가)[\s:=]*$/gu, '');
		return foreign.find(([pattern]) => pattern.test(compact))?.[1];
	}
	const parts = partsOf(name);
	const compact = parts.join('');
	if (/^external(?:task)?ids?$/.test(compact)) {
		return 'external';
	}
	if (partNames.has(compact)) {
		return 'parts';
	}
	let last = parts.pop() ?? '';
	// `taskid` and `requestid` in one word.
	const [, owner = '', id] = /^(?:kling)?([a-z]{3,})(ids?|uuid)$/.exec(last) ?? [];
	if (id !== undefined && (taskOwners.has(owner) || jobOwners.has(owner) || otherOwners.has(owner))) {
		parts.push(owner);
		last = id;
	}
	if (/^(?:ids?|uuids?|no|number|num)$/.test(last)) {
		return idRole(parts, last, /\s/.test(name));
	}
	if (taskOwners.has(last)) {
		return parts.some((part) => otherTasks.has(part)) ? 'other' : 'task';
	}
	if (parts.includes('negative')) {
		return 'other';
	}
	if (parts.length > 0 && parts.every((part) => qualifiers.has(part) || taskOwners.has(part))) {
		parts.length = 0;
	}
	const whole = [...parts, last].join('');
	if (whole === 'baseurl' || whole === 'apibase' || whole === 'apiurl' || originNames.has(whole)) {
		return 'origin';
	}
	if (last === 'prompt') {
		return 'prompt';
	}
	if (operationNames.has(whole) || /^(?:endpoint|operation|action)(?:type|name|path)?$/.test(whole) || whole === 'apipath') {
		return 'operation';
	}
	if (statusNames.has(last)) {
		return 'status';
	}
	if (nameNames.has(last) && parts.length === 0) {
		return 'name';
	}
	return otherNames.has(last) || (last === 'at' && parts.length > 0 && !/\s/.test(name)) ? 'other' : undefined;
}

/** The role of an ID by the words before it, of which the last is its owner. In prose any word may stand there, in one name only an owner. */
function idRole(parts: readonly string[], last: string, isProse: boolean): FieldRole | undefined {
	const owner = parts.at(-1) ?? '';
	if (taskOwners.has(owner) || jobOwners.has(owner)) {
		const before = parts.slice(0, -1);
		if (before.some((part) => otherTasks.has(part))) {
			return 'other';
		}
		return before.includes('external') ? 'external' : taskOwners.has(owner) ? 'task' : 'job';
	}
	if (otherOwners.has(owner)) {
		return 'other';
	}
	const isShort = !/^ids?$/.test(last);
	if (/^(?:kling|klingai)$/.test(owner)) {
		return isShort ? undefined : 'task';
	}
	return isShort ? undefined : parts.length === 0 || isProse || /^(?:my|the|your|our|new|current)$/.test(owner) ? 'id' : 'other';
}
