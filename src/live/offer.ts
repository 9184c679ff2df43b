import { sql } from "kysely";
import { serviceKey } from "../access/route.ts";
import { Measured } from "../engine/procedures/measured.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { Store } from "../store/store.ts";
import type { PutBack } from "./put-back.ts";
import { listFacts } from "./store.ts";

/** A procedure that mends something, with what it is given. */
export interface Offer {
  readonly procedure: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What an offered gate asks for. */
export type GatePolicy = ServerConfig["gates"];

export const gatePolicy = serviceKey<() => GatePolicy>("gates");

/** The procedure that puts a drift back. With a component its measurements become a gate. */
export function offerOf(
  { application, resources, digest, changes }: PutBack,
  gate: (GatePolicy & { readonly component: string }) | undefined,
): Offer {
  const measured = gate === undefined ? {} : { measured: { ...gate } };
  return { procedure: "put-back", arguments: { application, resources, digest, changes, ...measured } };
}

/** What mends a finding of the live platform; undefined when no procedure does. */
export async function offerFor(
  store: Store,
  finding: { readonly rule: string; readonly environment: string | undefined; readonly subject: string },
  policy: GatePolicy,
): Promise<Offer | undefined> {
  const { rule, environment, subject } = finding;
  if (rule !== "drift-by-hand" || environment === undefined || !subject.startsWith("application/")) return undefined;
  const rows = await listFacts(store, "put-back", { visible: [environment], environment });
  const name = subject.slice("application/".length);
  const found = rows.find(({ content }) => content.application.name === name);
  if (found === undefined) return undefined;
  const measured = await isMeasured(store, environment, name, policy);
  return offerOf(found.content, measured ? { component: name, ...policy } : undefined);
}

interface SeriesTables {
  readonly series: {
    readonly id: number;
    readonly name: string;
    readonly environment: string;
    readonly component: string;
  };
  readonly sample: { readonly series_id: number; readonly at: string };
}

/**
 * Whether a component of the Application's name is measured enough to be compared: a run whose gate asks for more than there was
 * before its change would wait in vain.
 */
async function isMeasured(
  store: Store,
  environment: string,
  component: string,
  { beforeMinutes, minSamples }: GatePolicy,
): Promise<boolean> {
  const { series } = Measured.parse({ component });
  const rows = await store
    .tables<SeriesTables>()
    .selectFrom("series as s")
    .leftJoin("sample as a", (join) =>
      join
        .onRef("a.series_id", "=", "s.id")
        .on("a.at", ">=", sql<string>`now() - make_interval(mins => ${beforeMinutes})`),
    )
    .select(({ fn }) => fn.count<string>("a.series_id").as("count"))
    .where("s.environment", "=", environment)
    .where("s.component", "=", component)
    .where("s.name", "in", [...series])
    .groupBy("s.id")
    .execute();
  return rows.length > 0 && rows.every(({ count }) => Number(count) >= minSamples);
}
