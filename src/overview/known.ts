import { serviceKey } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { Store } from "../store/store.ts";
import type { Dependencies } from "../upgrades/facts.ts";
import type { ProvenSets } from "../versions/matrix.ts";
import type { Marks } from "./marks.ts";
import type { OpenFindings } from "./open-findings.ts";
import type { PlatformView } from "./platform-views.ts";

/** What the server's main tells the views of the whole: what is configured, and what ships with us. */
export interface Known {
  /** The `millwright.yaml` in force. */
  platform(): PlatformConfig;
  /** The server's own configuration in force. Holds references to secrets, never one. */
  server(): ServerConfig;
  mode(): "observe" | "shadow" | "act";
  /** How many workers gave a sign of life lately. */
  workers(store: Store, now: Instant): Promise<number>;
  /** How far each kind of thing has come, as read within the last second. */
  readonly marks: (store: Store) => Promise<Marks>;
  /** What runs and is declared, as far as a caller may see it. */
  readonly view: (store: Store, visible: readonly string[] | undefined) => Promise<PlatformView>;
  readonly openFindings: OpenFindings;
  readonly dependencies: Dependencies;
  readonly proven: ProvenSets;
}

export const knownKey = serviceKey<Known>("overview");
