import { type Verb, verbOf } from "../access/verb.ts";
import { routes } from "./routes.ts";

/** Every route as a verb of the command line; written beside the bundle, whose command line holds nothing of the server. */
export const verbs: readonly Verb[] = routes.map(verbOf);
