import type { MediaKind } from './media';

/** Why a result's link could not be opened. */
export type OpenProblem =
	/** A link or a redirect that `isAllowedLink` (core/resultLink.ts) does not allow, or a name that resolves to a private address. */
	| { readonly kind: 'linkRefused' }
	| { readonly kind: 'tooManyRedirects' }
	| { readonly kind: 'unreachable'; readonly code: string; readonly message: string };

/**
 * Why a link leads to no result. `message`: the message that was sent instead, in its sender's words, plain text of at most 200 characters.
 * `retryAfterMs`: how long the host wants to be left alone, bounded where it is read (`openResult`).
 */
export type LinkProblem =
	| OpenProblem
	/** The link has expired (by the host's message, or 403, 404, 410): links are valid for 30 days at most. */
	| { readonly kind: 'expired'; readonly httpStatus: number; readonly message?: string }
	/**
	 * The host requires a key. `elsewhere`: it is not the task's API; `noKey`: it is, and no key is known; `refused`: its key was sent, and
	 * refused.
	 */
	| { readonly kind: 'wantsKey'; readonly why: 'elsewhere' | 'noKey' | 'refused'; readonly httpStatus: number; readonly message?: string }
	/** The host responded with any other status. */
	| { readonly kind: 'server'; readonly httpStatus: number; readonly message?: string; readonly retryAfterMs?: number }
	/** A web page instead of the result, for example the network's sign-in page. */
	| { readonly kind: 'webPage'; readonly message?: string }
	/** Text, JSON or XML instead of the result. */
	| { readonly kind: 'document'; readonly message?: string }
	/** A list of links to parts (m3u8, mpd). */
	| { readonly kind: 'playlist' }
	/** Compressed without a `Content-Encoding`, or not decodable. */
	| { readonly kind: 'compressed' }
	| { readonly kind: 'empty' }
	/** Not a known format of video, image or audio. */
	| { readonly kind: 'unknownFormat' }
	/** Media of another kind than the operation makes. */
	| { readonly kind: 'wrongKind'; readonly expected: MediaKind; readonly found: MediaKind }
	/** The stream ended early. Sizes in bytes; `total` as announced. */
	| { readonly kind: 'truncated'; readonly received: number; readonly total?: number }
	/** More data arrived than announced. */
	| { readonly kind: 'overlong' }
	/** More than a result may have. `most` in bytes. */
	| { readonly kind: 'tooLarge'; readonly most: number }
	/** The bytes are not those of the digest that the server sent. */
	| { readonly kind: 'digest' };

/** Why a file could not be written. `code` is the system's (EACCES, ENOENT, EROFS ...). */
export type FileWriteProblem =
	| { readonly kind: 'diskFull'; readonly code: string }
	| { readonly kind: 'notWritable'; readonly code: string }
	/** The folder in which results are kept is not there any more. */
	| { readonly kind: 'folderMissing'; readonly code: string };

/** Why a result could not be saved. Data, never a sentence; `ui/text/saving.ts` makes the sentences. */
export type DownloadProblem = LinkProblem | FileWriteProblem;
