declare const MILLWRIGHT_EDITION: string | undefined;

/** The digest of the code, written into the bundle when it is made; undefined in a checkout, whose code changes under one version. */
export const edition: string | undefined = typeof MILLWRIGHT_EDITION === "undefined" ? undefined : MILLWRIGHT_EDITION;
