import * as v from 'valibot';

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
	v.object({ do: v.literal('weigh') }),
	v.object({ do: v.literal('close') }),
]);
export type Order = v.InferOutput<typeof orderSchema>;

/** Orders are numbered from 1; the reply with number 0 means that the window has opened. */
export const numberedOrderSchema = v.object({ number: v.number(), order: orderSchema });
export const replySchema = v.object({ number: v.number(), problem: v.optional(v.string()) });
export type Reply = v.InferOutput<typeof replySchema>;
