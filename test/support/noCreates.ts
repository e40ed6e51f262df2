import type { CreateApi } from '../../src/creation/ports/createApi';
import type { EngineHost } from '../../src/tracking/engineHost';

function refuse(): never {
	throw new Error('this test creates nothing');
}

const createApi: CreateApi = { create: refuse, queryByExternalId: refuse, findInList: refuse };

/** For hosts of engines that create nothing. */
export const noCreates: Pick<EngineHost, 'createApi' | 'media'> = { createApi, media: { base64: refuse, sweep: refuse } };
