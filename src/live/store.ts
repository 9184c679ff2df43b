import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import type {
  LiveApplication,
  LiveCertificate,
  LiveDrift,
  LiveFacts,
  LiveWorkload,
  LiveWriter,
  ServedCertificate,
} from "./facts.ts";
import type { PutBack } from "./put-back.ts";

interface Unseen {
  readonly why: string;
  readonly howToLearn: string;
}

interface LiveTables {
  readonly live_look: {
    readonly environment: string;
    readonly at: Instant;
    readonly seen_at: Instant | null;
    readonly why: string | null;
    readonly cluster: string;
    readonly version: string;
    readonly objects: number;
    readonly unseen: Readonly<Record<string, Unseen>>;
  };
  readonly live_fact: {
    readonly environment: string;
    readonly kind: string;
    readonly key: string;
    readonly content: unknown;
    readonly first_seen: Instant;
  };
}

export type LookRow = Selectable<LiveTables["live_look"]>;

/** The kinds of facts that are kept, with what each holds. */
export interface KeptFacts {
  readonly application: LiveApplication;
  readonly drift: LiveDrift;
  readonly certificate: LiveCertificate;
  readonly served: ServedCertificate;
  readonly writer: LiveWriter;
  readonly workload: LiveWorkload;
  readonly "put-back": PutBack;
}

export interface Kept<T> {
  readonly environment: string;
  readonly key: string;
  readonly content: T;
  readonly firstSeen: Instant;
}

export interface Seen {
  readonly facts: LiveFacts;
  readonly cluster: string;
  readonly version: string;
  readonly objects: number;
  readonly putBacks: readonly PutBack[];
}

/** Keeps what was seen in place of what was seen before; of what could not be seen now, the last stays. */
export async function keepSeen(store: Store, { facts, cluster, version, objects, putBacks }: Seen): Promise<void> {
  const { environment, now } = facts;
  const unseen: Record<string, Unseen> = {};
  await store.transaction(async (part) => {
    for (const [kind, name, keyOf] of kinds) {
      const fact = facts[name];
      if (fact.kind === "unknown") {
        unseen[name] = { why: fact.why, howToLearn: fact.howToLearn };
        continue;
      }
      const list: readonly unknown[] = fact.kind === "known" ? fact.value : [];
      await replace(part, environment, kind, new Map(list.map((one) => [keyOf(one), one])), now);
    }
    if (facts.drifts.kind !== "unknown")
      await replace(part, environment, "put-back", new Map(putBacks.map((one) => [one.application.name, one])), now);
    const row = { at: now, seen_at: now, why: null, cluster, version, objects, unseen: asJson(unseen) };
    await part
      .tables<LiveTables>()
      .insertInto("live_look")
      .values({ environment, ...row })
      .onConflict((conflict) => conflict.column("environment").doUpdateSet(row))
      .execute();
  });
}

const kinds: readonly (readonly [
  kind: keyof KeptFacts,
  name: "applications" | "drifts" | "certificates" | "served" | "writers" | "workloads",
  keyOf: (fact: unknown) => string,
])[] = [
  ["application", "applications", (fact) => placeOf(fact as LiveApplication)],
  ["drift", "drifts", (fact) => driftKey(fact as LiveDrift)],
  ["certificate", "certificates", (fact) => placeOf(fact as LiveCertificate)],
  ["served", "served", (fact) => (fact as ServedCertificate).host],
  ["writer", "writers", (fact) => `${(fact as LiveWriter).kind}/${(fact as LiveWriter).name}`],
  ["workload", "workloads", (fact) => `${placeOf(fact as LiveWorkload)}/${(fact as LiveWorkload).kind}`],
];

function placeOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function driftKey({ application, resource: { group, kind, namespace, name }, field }: LiveDrift): string {
  return [application?.name ?? "", group, kind, namespace, name, field].join("/");
}

async function replace(
  store: Store,
  environment: string,
  kind: keyof KeptFacts,
  facts: ReadonlyMap<string, unknown>,
  now: Instant,
): Promise<void> {
  const rows = [...facts].map(([key, content]) => ({ key, content }));
  await sql`delete from live_fact where environment = ${environment} and kind = ${kind}
    and key <> all(${[...facts.keys()]}::text[])`.execute(store.tables());
  await sql`
    insert into live_fact (environment, kind, key, content, first_seen)
    select ${environment}, ${kind}, key, content, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (key text, content jsonb)
    on conflict (environment, kind, key) do update set content = excluded.content
      where live_fact.content <> excluded.content`.execute(store.tables());
}

/** Notes that a cluster did not answer; what was seen before stays, with its age. */
export async function keepUnseen(store: Store, environment: string, why: string, now: Instant): Promise<void> {
  await store
    .tables<LiveTables>()
    .insertInto("live_look")
    .values({ environment, at: now, seen_at: null, why, cluster: "", version: "", objects: 0, unseen: asJson({}) })
    .onConflict((conflict) => conflict.column("environment").doUpdateSet({ at: now, why }))
    .execute();
}

/** Forgets the clusters that the configuration no longer names; returns their environments. */
export async function forgetClusters(store: Store, kept: readonly string[]): Promise<readonly string[]> {
  const tables = store.tables<LiveTables>();
  const gone = (await tables.selectFrom("live_look").select("environment").execute())
    .map(({ environment }) => environment)
    .filter((environment) => !kept.includes(environment));
  if (gone.length === 0) return gone;
  await tables.deleteFrom("live_fact").where("environment", "in", gone).execute();
  await tables.deleteFrom("live_look").where("environment", "in", gone).execute();
  return gone;
}

export interface FactFilter {
  /** Those the caller may see; undefined: all. */
  readonly visible: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly after?: readonly [environment: string, key: string] | undefined;
  readonly limit?: number | undefined;
}

/** Facts of one kind, by environment and key. */
export async function listFacts<Kind extends keyof KeptFacts>(
  store: Store,
  kind: Kind,
  { visible, environment, after, limit }: FactFilter,
): Promise<readonly Kept<KeptFacts[Kind]>[]> {
  let query = store
    .tables<LiveTables>()
    .selectFrom("live_fact")
    .selectAll()
    .where("kind", "=", kind)
    .orderBy("environment")
    .orderBy("key");
  if (visible !== undefined) query = query.where("environment", "in", visible.length === 0 ? [""] : [...visible]);
  if (environment !== undefined) query = query.where("environment", "=", environment);
  if (after !== undefined) query = query.where(sql<boolean>`(environment, key) > (${sql.join([...after])})`);
  const rows = await (limit === undefined ? query : query.limit(limit)).execute();
  // Written by `keepSeen` from the very type.
  return rows.map((row) => ({
    environment: row.environment,
    key: row.key,
    content: row.content as KeptFacts[Kind],
    firstSeen: row.first_seen,
  }));
}

/** When each cluster was looked at, and what could not be seen. */
export async function listLooks(store: Store, visible: readonly string[] | undefined): Promise<readonly LookRow[]> {
  let query = store.tables<LiveTables>().selectFrom("live_look").selectAll().orderBy("environment");
  if (visible !== undefined) query = query.where("environment", "in", visible.length === 0 ? [""] : [...visible]);
  return query.execute();
}
