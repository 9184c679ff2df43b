import { join } from "node:path";
import type { Ledger } from "../ledger.ts";
import { sharinghubLies } from "../lies/index.ts";
import { neverComparedOf, readFixtures } from "../stand-in/fixtures.ts";
import { type StandIn, serveStandIn } from "../stand-in/server.ts";
import { TimedCache } from "./cache.ts";
import { hubApp } from "./routes.ts";
import type { HubWorld } from "./world.ts";

export interface SharingHubOptions {
  /** The target in the ledger: `production/sharinghub`. */
  readonly name: string;
  /** `0.4.0`. */
  readonly version: string;
  readonly port: number;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Where it asks GitLab, without a slash at the end. */
  readonly gitlabUrl: string;
  /** Where it asks MLflow; none is configured when left out. */
  readonly mlflowUrl?: string;
  /** What its configuration shows in their place: the addresses that people use. */
  readonly shown?: { readonly gitlab: string; readonly mlflow?: string };
  /** As its users write it; its own address when left out. */
  readonly externalUrl?: string;
  /** `gitlab.allow-public`; off when left out. */
  readonly allowPublic?: boolean;
  readonly defaultToken?: string;
  /** How long answers are kept; 300 when left out. */
  readonly cacheSeconds?: number;
}

export interface SharingHubStandIn extends StandIn {
  readonly version: string;
  /** Another image: the process begins anew, with empty caches. It has no database to migrate. */
  upgrade(to: string): Promise<void>;
  /** The process begins anew: what it kept is gone. */
  restart(): Promise<void>;
}

/** What was never held against a real SharingHub. */
export const sharinghubNeverCompared = neverComparedOf(
  "sharinghub",
  readFixtures(join(import.meta.dirname, "fixtures")),
);

/** SharingHub's server: no data of its own, GitLab at every request, MLflow for models. */
export async function startSharingHub(options: SharingHubOptions): Promise<SharingHubStandIn> {
  const { name, now, ledger, cacheSeconds = 300 } = options;
  const world: HubWorld = {
    name,
    gitlabUrl: options.gitlabUrl,
    mlflowUrl: options.mlflowUrl?.replace(/\/+$/, ""),
    shown: { gitlab: options.shown?.gitlab ?? options.gitlabUrl, mlflow: options.shown?.mlflow ?? options.mlflowUrl },
    allowPublic: options.allowPublic ?? false,
    defaultToken: options.defaultToken,
    now,
    ownUrl: () => options.externalUrl ?? served.url,
    caches: {
      users: new TimedCache(Number.POSITIVE_INFINITY, now),
      checks: new TimedCache(cacheSeconds, now),
      items: new TimedCache(cacheSeconds, now),
    },
    version: options.version,
  };
  const app = hubApp(world);
  const served = await serveStandIn({
    ...options,
    lies: sharinghubLies,
    answer: async (request) => app.fetch(request),
  });
  const restart = async (): Promise<void> => {
    await served.stop();
    for (const cache of Object.values(world.caches)) cache.clear();
    await served.start();
  };
  return {
    ...served,
    get url() {
      return served.url;
    },
    get port() {
      return served.port;
    },
    get version() {
      return world.version;
    },
    restart,
    async upgrade(to) {
      world.version = to;
      ledger.add(name, "upgraded", { version: to });
      await restart();
    },
  };
}
