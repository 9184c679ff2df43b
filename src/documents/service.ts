import { type Route, serviceKey } from "../access/route.ts";
import type { GuideLine } from "../guides/line.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { Rule, System } from "../systems/contract.ts";

/** What the server's main knows that the documents are made from. */
export interface DocumentSources {
  readonly rules: readonly Rule[];
  readonly systems: readonly System[];
  readonly lines: readonly GuideLine[];
  /** All of the server's: what each role may do is told from them. */
  routes(): readonly Route[];
  config(): ServerConfig;
  mode(): "observe" | "shadow" | "act";
}

export const documentsKey = serviceKey<DocumentSources>("documents");
