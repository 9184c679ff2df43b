import { listComponents, listPins } from "../../findings/store-inventory.ts";
import type { Store } from "../../store/store.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { nextHop } from "../../upgrades/next-hop.ts";
import { parseEndOfLifeTable } from "../../versions/freshness-end-of-life.ts";
import type { AskPorts } from "../../versions/sources/ask.ts";
import { createAsk } from "../../versions/sources/ask.ts";
import { lookEverySeconds, type WatchedPin, watchReleases } from "../../versions/watch.ts";
import type { Building, Capability } from "./capability.ts";

/** What is asked for releases, and what we ship about them. */
export interface ReleasePorts {
  readonly ask: () => Promise<AskPorts>;
  readonly upgradeFacts: unknown;
  readonly endOfLife: unknown;
}

const rowsAtOnce = 1000;

/** New releases: each pin of the repositories is asked about when it is new, and then again and again. */
export function releasesOf({ parts }: Building, ports: ReleasePorts): Capability {
  const everyHours = (): number => parts.config().releasesEveryHours;
  if (everyHours() === 0) return {};
  const facts = loadFacts(ports.upgradeFacts);
  const endOfLife = parseEndOfLifeTable(ports.endOfLife);
  return {
    jobs: [
      {
        id: "releases",
        everySeconds: lookEverySeconds(everyHours()),
        timeoutSeconds: 1800,
        async run({ store, now, signal }) {
          const [pins, components] = [await allPins(store), await allComponents(store)];
          const ask = createAsk(await ports.ask(), { offline: false });
          const nextAllowed = nextHop(facts, components, now);
          const options = { now, offline: false, upstreams: {}, endOfLife, nextAllowed, everyHours: everyHours() };
          const asked = await watchReleases(store, pins, ask, options, signal);
          if (asked > 0) parts.log({ level: "info", message: `upstreams were asked about ${asked} pins` });
        },
      },
    ],
  };
}

async function allPins(store: Store): Promise<readonly WatchedPin[]> {
  const all: WatchedPin[] = [];
  for (let after: readonly [string, string] | undefined; ; ) {
    const rows = await listPins(store, { visible: undefined }, { after, limit: rowsAtOnce });
    const last = rows.at(rowsAtOnce - 1);
    all.push(...rows.slice(0, rowsAtOnce));
    if (rows.length <= rowsAtOnce || last === undefined) return all;
    after = [last.id, last.source];
  }
}

async function allComponents(store: Store) {
  const all: { readonly system: string | null; readonly pins: readonly string[] }[] = [];
  for (let after: readonly [string, string, string] | undefined; ; ) {
    const rows = await listComponents(store, { system: "gitlab", visible: undefined }, { after, limit: rowsAtOnce });
    const last = rows.at(rowsAtOnce - 1);
    all.push(...rows.slice(0, rowsAtOnce));
    if (rows.length <= rowsAtOnce || last === undefined) return all;
    after = [last.name, last.environment, last.source];
  }
}
