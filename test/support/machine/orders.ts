import * as v from 'valibot';
import { downloadMoments, moments } from './fate';

const refSchema = v.object({ origin: v.string(), action: v.string(), action2: v.string(), id: v.string() });
const clockSchema = v.object({
	startAt: v.number(),
	epoch: v.number(),
	speed: v.number(),
	jumps: v.pipe(v.array(v.object({ at: v.number(), byMs: v.number() })), v.readonly()),
});

/** The options of a window, passed as its one argument in JSON. */
export const windowTermsSchema = v.object({
	/** The folder of the database. */
	directory: v.string(),
	/** The file for its trace. */
	trace: v.string(),
	/** The file with the API key; missing when there is no key. */
	keyFile: v.string(),
	clock: clockSchema,
	limits: v.object({ maxConcurrent: v.number(), maxPerMinute: v.number() }),
	focused: v.boolean(),
});
export type WindowTerms = v.InferOutput<typeof windowTermsSchema>;

/** Orders to a window: the actions of a person or the editor in a real one. `weigh`: note the memory in use. */
const orderSchema = v.variant('do', [
	v.object({ do: v.literal('track'), tasks: v.pipe(v.array(refSchema), v.readonly()) }),
	/** Without tasks: all active ones. */
	v.object({ do: v.literal('refresh'), tasks: v.optional(v.pipe(v.array(refSchema), v.readonly())) }),
	v.object({ do: v.literal('focus'), focused: v.boolean() }),
	/** A key was put into the key file, or removed from it. */
	v.object({ do: v.literal('noteKey'), origin: v.string(), present: v.boolean() }),
	/** A person presses Run and confirms: `takes` tasks of one request. `body` is JSON; `image` is put into it as Base64, in Base64 here. */
	v.object({
		do: v.literal('press'),
		origin: v.string(),
		action: v.string(),
		action2: v.string(),
		body: v.string(),
		image: v.optional(v.string()),
		takes: v.number(),
		/** The URI of its request file. */
		uri: v.string(),
	}),
	/** A person confirms a creation once more that was planned long ago. */
	v.object({ do: v.literal('confirm'), id: v.string() }),
	/** The process ends by SIGKILL when it passes this moment the next time. */
	v.object({ do: v.literal('doom'), moment: v.picklist([...moments, ...downloadMoments]) }),
	v.object({ do: v.literal('weigh') }),
	v.object({ do: v.literal('close') }),
]);
export type Order = v.InferOutput<typeof orderSchema>;

/** Orders are numbered from 1; the reply with number 0 means that the window has opened. */
export const numberedOrderSchema = v.object({ number: v.number(), order: orderSchema });
export const replySchema = v.object({ number: v.number(), problem: v.optional(v.string()) });
export type Reply = v.InferOutput<typeof replySchema>;
