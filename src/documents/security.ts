import { sql } from "kysely";
import { environmentsOf, mayUse } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { calendarKey } from "../calendar/service.ts";
import { openTurns } from "../calendar/store-duties.ts";
import type { Instant } from "../kernel/instant.ts";
import { listFacts, listLooks } from "../live/store.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { Severity } from "../systems/contract.ts";
import { type Cadence, cadencesOf, safetyDuties } from "./cadence.ts";
import { type Outward, outwardWays, targetsOf } from "./outward.ts";
import { type Right, rightsOf } from "./rights.ts";
import { documentsKey } from "./service.ts";

/** Who can change a cluster without Git. */
export interface Writer {
  readonly environment: string;
  readonly name: string;
  readonly powers: readonly string[];
  readonly places: readonly string[];
  readonly bindings: readonly string[];
}

export interface Exposed {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly subject: string;
  readonly environment: string | null;
  readonly message: string;
  readonly since: Instant;
}

export interface Security {
  readonly at: Instant;
  readonly mode: "observe" | "shadow" | "act";
  readonly rights: readonly Right[];
  /** Write credentials that this server is configured with, by the setting that names them. */
  readonly own: readonly string[];
  readonly writers: readonly Writer[];
  /** Environments whose clusters were never seen: who can write there is not known. */
  readonly unseen: readonly string[];
  readonly exposed: readonly Exposed[];
  readonly cadences: readonly Cadence[];
  readonly outward: readonly (Outward & {
    readonly open: boolean;
    /** For administrators. */
    readonly targets: readonly string[] | undefined;
  })[];
}

/** What lies open: what can be read by whom it is not meant for, and what lets somebody in. */
const exposing = {
  groups: ["secrets", "certificates", "end-of-life"],
  rules: ["drift-right-by-hand", "branch-unreviewed"],
};

/** How safe the platform and this server are, of what the caller may see. */
export async function securityOf({ store, now, principal, services }: RouteContext): Promise<Security> {
  const sources = services.need(documentsKey);
  const visible = environmentsOf(principal, "viewer");
  const config = sources.config();
  const [writers, looks, exposed, open] = await Promise.all([
    listFacts(store, "writer", { visible }),
    listLooks(store, visible),
    exposedFindings({ store, visible }),
    openTurns(store),
  ]);
  const wanted = safetyDuties(sources.lines);
  const duties = services
    .need(calendarKey)
    .compiled(now)
    .duties.filter(
      ({ id, environment }) =>
        wanted.has(id) && (environment === undefined || mayUse(principal, "viewer", environment)),
    );
  return {
    at: now,
    mode: sources.mode(),
    rights: rightsOf(sources.routes()),
    own: writeCredentials(config),
    writers: writers.map(({ environment, content: { kind, name, powers, places, bindings } }) => ({
      environment,
      name: `${kind} ${name}`,
      powers,
      places,
      bindings,
    })),
    unseen: unseenOf(
      services
        .need(calendarKey)
        .inForce()
        .config.environments.map(({ name }) => name),
      looks.filter(({ seen_at, unseen }) => seen_at !== null && unseen["writers"] === undefined),
    ).filter((environment) => mayUse(principal, "viewer", environment)),
    exposed,
    cadences: cadencesOf(duties, open, now),
    outward: outwardOf(config, mayUse(principal, "admin", undefined)),
  };
}

function unseenOf(
  environments: readonly string[],
  looks: readonly { readonly environment: string }[],
): readonly string[] {
  return environments.filter((name) => looks.every(({ environment }) => environment !== name));
}

function outwardOf(config: ServerConfig, whole: boolean): Security["outward"] {
  const targets = targetsOf(config);
  return outwardWays.map((way) => {
    const here = targets.get(way.id) ?? [];
    return { ...way, open: here.length > 0, targets: whole ? here : undefined };
  });
}

function writeCredentials({ clusters, canaries, forge, journal, alertmanager }: ServerConfig): readonly string[] {
  return [
    ...clusters.flatMap(({ environment, write }) => (write === undefined ? [] : [`clusters: ${environment}`])),
    ...canaries.map(({ environment }) => `canaries: ${environment}`),
    ...(forge?.write === undefined ? [] : ["forge.write"]),
    ...(alertmanager === undefined ? [] : ["alertmanager"]),
    ...(journal.pushWith === undefined ? [] : ["journal.pushWith"]),
  ];
}

async function exposedFindings({
  store,
  visible,
}: {
  readonly store: RouteContext["store"];
  readonly visible: readonly string[] | undefined;
}): Promise<readonly Exposed[]> {
  const seen = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<Exposed>`
    select id, rule, severity, title, subject, environment, message, first_seen_at as since from finding
    where state = 'open' and ${seen} and (rule_group = any(${exposing.groups}) or rule = any(${exposing.rules}))
    order by urgency, id limit 200`.execute(store.tables());
  return rows;
}
