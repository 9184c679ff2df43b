import type { Candidate, FixSources } from "../inventory/fix.ts";
import type { Pin } from "../platform/pin.ts";
import type { System } from "../systems/contract.ts";
import { parseEndOfLifeTable } from "../versions/freshness-end-of-life.ts";
import { type OutdatedRow, outdated } from "../versions/outdated.ts";
import { createAsk } from "../versions/sources/ask.ts";
import type { Shell } from "./shell.ts";

/** What a chart version installs, by the facts of the systems we know. */
export function installedBy(systems: readonly System[]): (chart: string, version: string) => string | undefined {
  return (chart, version) => {
    const written = version.replace(/^v(?=\d)/, "");
    return systems.map((system) => system.appVersionOf?.(chart, written)).find((installed) => installed !== undefined);
  };
}

/** What earlier look-ups left in the release cache, as versions to write. The network is not asked. */
export async function releasesKnown(pins: readonly Pin[], shell: Shell): Promise<FixSources> {
  const now = shell.clock.now();
  const ask = createAsk(await shell.askPorts(), { offline: true });
  const endOfLife = parseEndOfLifeTable(await shell.endOfLife());
  const report = await outdated(pins, ask, {
    now,
    offline: true,
    upstreams: {},
    endOfLife,
    reach: "minor",
    appVersionOf: installedBy(shell.systems),
  });
  const rows = new Map(report.rows.map((row) => [row.pin, row]));
  const newestAllowed = (pin: Pin): Candidate | undefined => {
    const row = rows.get(pin.id);
    return row === undefined ? undefined : candidateIn(row);
  };
  return { newestAllowed };
}

function candidateIn(row: OutdatedRow): Candidate | undefined {
  const version = row.next ?? row.newest;
  if (version === null) return undefined;
  const because = `the release cache, as ${row.source ?? "its upstream"} said on ${row.answeredAt?.slice(0, 10) ?? "an unknown day"}`;
  return row.nextDigest === undefined ? { version, because } : { version, digest: row.nextDigest, because };
}
