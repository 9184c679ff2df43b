import * as z from "zod";

/** What people write to name an environment, a component, a duty. */
export const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes");
