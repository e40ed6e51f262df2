/** Names of the `vars` of a request file. */
export const varName = /^[A-Za-z_][\w-]{0,63}$/;
