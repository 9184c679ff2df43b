import manifest from "../../package.json" with { type: "json" };

/** Millwright's own version. */
export const version = manifest.version;
