/** What makes external IDs of this installation differ from those of all others. */
export interface Installation {
	/** 256 random bits, made when first needed, in a file beside the database. @throws the system's error */
	id(): Promise<Uint8Array>;
	/** Removes the file. */
	delete(): Promise<void>;
}

/** @returns the 32 bytes of HMAC-SHA-256 of a UTF-8 text */
export type Hmac = (key: Uint8Array, text: string) => Uint8Array;
