import type { Reader } from "../reader.ts";
import { githubActions } from "./github-actions.ts";

/** Every reader. Where two see the same place, the first in this list names the pin: the more particular come first. */
export const readers: readonly Reader[] = [githubActions];
