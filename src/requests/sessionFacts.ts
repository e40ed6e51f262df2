/** What a call left in its response. IDs as text: as numbers they would lose digits. */
export interface SessionFacts {
	readonly session?: string;
	/** The first face that was found. */
	readonly face?: string;
	/** How many faces were found. */
	readonly faces: number;
}

/**
 * Reads the session, and the faces, from the response of `videos/identify-face` or of a call of `videos/multi-elements`, at any depth. Only what
 * may be an ID is read.
 */
export function readSessionFacts(body: string): SessionFacts {
	const [session] = idsOf(body, 'session_id');
	const faces = [...new Set(idsOf(body, 'face_id'))];
	const [face] = faces;
	return { faces: faces.length, ...(session !== undefined && { session }), ...(face !== undefined && { face }) };
}

function idsOf(body: string, name: string): readonly string[] {
	return [...body.matchAll(new RegExp(`"${name}"\\s*:\\s*(?:"([A-Za-z0-9_=-]{1,128})"|(\\d{1,40})(?=\\s*[,}\\]]))`, 'g'))].flatMap(
		([, text, number]) => text ?? number ?? [],
	);
}
