/** The schema of request files as a document without a file name names it; the editor finds that of the others by their names. */
export const schemaUri = 'kling-schema:/request.schema.json';
