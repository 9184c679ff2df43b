import { sql } from "kysely";
import { environmentsOf, mayUse } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { standingOf } from "../backups/server/replies.ts";
import { backupsKey } from "../backups/server/service.ts";
import type { BackupState } from "../backups/server/state.ts";
import { type Duty, overdueAt } from "../calendar/duties.ts";
import { momentAfter } from "../calendar/recurrence.ts";
import { calendarKey } from "../calendar/service.ts";
import { openTurns } from "../calendar/store-duties.ts";
import { day } from "../calendar/zone.ts";
import { listSources } from "../findings/store-inventory.ts";
import { counted } from "../kernel/count.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { knownKey } from "./known.ts";
import { command, type Line, place } from "./line.ts";

/** What nobody can show: no evidence, or evidence older than it may be. What does not exist yet says so. */
export async function linesUnproven(context: RouteContext): Promise<readonly Line[]> {
  const [backups, duties, questions, sources] = await Promise.all([
    backupsUnproven(context),
    dutiesUnproven(context),
    questionsOpen(context),
    sourcesStale(context),
  ]);
  return [...backups, ...notAsked(context), ...sources, ...questions, ...duties];
}

/** When each duty was done last. */
export async function lastDone(store: Store): Promise<ReadonlyMap<string, Instant>> {
  const { rows } = await sql<{ duty: string; at: Instant }>`
    select duty, max(done_at) as at from duty_turns where state = 'done' group by duty`.execute(store.tables());
  return new Map(rows.map(({ duty, at }) => [duty, at]));
}

/** A duty's evidence holds until it is overdue again. */
export function provenUntil(duty: Duty, doneAt: Instant): number {
  return overdueAt(duty, momentAfter(duty.recurrence, duty.zone, Date.parse(doneAt)));
}

async function dutiesUnproven({ store, now, services, principal }: RouteContext): Promise<readonly Line[]> {
  const [open, done] = await Promise.all([openTurns(store), lastDone(store)]);
  return services
    .need(calendarKey)
    .compiled(now)
    .duties.filter(({ environment }) => environment === undefined || mayUse(principal, "viewer", environment))
    .flatMap((duty): readonly Line[] => {
      const at = done.get(duty.id);
      // What is due is said as due.
      if (open.has(duty.id) || (at !== undefined && provenUntil(duty, at) >= Date.parse(now))) return [];
      const next = instantOf(momentAfter(duty.recurrence, duty.zone, Date.parse(now)));
      return [
        {
          id: `unproven/duty/${duty.id}`,
          kind: "unproven",
          severity: at === undefined ? "low" : "medium",
          title: duty.title,
          why: `${at === undefined ? "nothing was ever recorded for it" : `its last evidence is of ${at}, older than a ${duty.every}`}; its next turn comes ${next}`,
          since: at ?? null,
          environment: duty.environment ?? null,
          count: 1,
          next: {
            label: `Show when it comes, and what proves it: ${duty.evidence}`,
            cli: command(`duty show ${duty.id}`),
            route: place(`/work/duties/${duty.id}`),
          },
        },
      ];
    });
}

/** Stores of which nothing shows that they could be brought back, and environments that are not set up at all. */
async function backupsUnproven({ store, now, services, principal }: RouteContext): Promise<readonly Line[]> {
  const service = services.need(backupsKey);
  const environments = [...services.need(calendarKey).compiled(now).environments.keys()];
  const visible = environments.filter((environment) => mayUse(principal, "viewer", environment));
  const lines = await Promise.all(
    visible.map(async (environment) => backupsLine(environment, await service.state(store, environment, now))),
  );
  return lines.flat();
}

function backupsLine(environment: string, state: BackupState | undefined): readonly Line[] {
  const line = {
    id: `unproven/backups/${environment}`,
    kind: "unproven" as const,
    severity: environment === "production" ? ("high" as const) : ("low" as const),
    since: null,
    environment,
  };
  if (state === undefined)
    return [
      {
        ...line,
        title: `Backups of ${environment}: not set up`,
        why: "no repository and no store of it is declared, so nothing shows that a backup can be read back",
        count: 1,
        next: {
          label: "Name its repository and stores under backups of millwright.server.yaml (docs/backups.md)",
          cli: command("settings show"),
          route: place("/backups", { environment }),
        },
      },
    ];
  const open = [
    ...state.stores
      .map((one) => [one.store, ...standingOf(one)] as const)
      .filter(([, standing]) => standing !== "backed-up"),
    ...state.foreign
      .filter(({ store }) => !state.stores.some((one) => one.store === store))
      .map(({ store, what }) => [store, "foreign", `${what} covers it, and it is not proven by us`] as const),
    ...state.forgotten.map(({ store }) => [store, "forgotten", "nobody decided about it"] as const),
  ];
  const [first] = open;
  if (first === undefined) return [];
  return [
    {
      ...line,
      title: `${counted(open.length, "store")} of ${environment} not proven to come back`,
      why: `for example ${first[0]}: ${first[2]}`,
      count: open.length,
      next: {
        label: "See every store and its proof",
        cli: command("backup stores", { environment }),
        route: place("/backups", { environment }),
      },
    },
  ];
}

/** Environments in which nothing is asked how it is. */
function notAsked({ now, services, principal }: RouteContext): readonly Line[] {
  const { endpoints, clusters } = services.need(knownKey).server();
  const asked = new Set([...endpoints, ...clusters].map(({ environment }) => environment));
  const environments = [...services.need(calendarKey).compiled(now).environments.keys()];
  return environments
    .filter((environment) => !asked.has(environment) && mayUse(principal, "viewer", environment))
    .map((environment) => ({
      id: `unproven/probes/${environment}`,
      kind: "unproven" as const,
      severity: environment === "production" ? ("medium" as const) : ("low" as const),
      title: `Health of ${environment}: not set up`,
      why: "no cluster and no endpoint of it is configured, so nobody asks how it is",
      since: null,
      environment,
      count: 1,
      next: {
        label:
          "Name its cluster under clusters, its addresses under endpoints of millwright.server.yaml (docs/health.md)",
        cli: command("settings show"),
        route: place("/settings"),
      },
    }));
}

async function questionsOpen({ store, principal }: RouteContext): Promise<readonly Line[]> {
  const visible = environmentsOf(principal, "viewer");
  const narrowed = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<{ environment: string | null; count: number; since: Instant; title: string; why: string }>`
    select environment, count(*)::int as count, min(since) as since, min(title) as title, min(why) as why
    from open_question where ${narrowed} group by environment`.execute(store.tables());
  return rows.map(({ environment, count, since, why }) => ({
    id: `unproven/questions/${environment ?? ""}`,
    kind: "unproven" as const,
    severity: "low" as const,
    title: `${counted(count, "question")} that rules could not answer`,
    why: `for example: ${why}`,
    since,
    environment,
    count,
    next: {
      label: "See what was not understood",
      cli: command("source list"),
      route: place("/settings", { tab: "sources" }),
    },
  }));
}

/** A source that was not looked at for a day says nothing of today. */
async function sourcesStale({ store, now, principal }: RouteContext): Promise<readonly Line[]> {
  if (!mayUse(principal, "viewer", undefined)) return [];
  const sources = await listSources(store);
  const old = instantOf(Date.parse(now) - day);
  return sources
    .filter(({ at }) => at < old)
    .map(({ source, at }) => ({
      id: `unproven/source/${source}`,
      kind: "unproven" as const,
      severity: "medium" as const,
      title: `${source} was not looked at for a day`,
      why: `what is said of it is as it was ${at}`,
      since: at,
      environment: null,
      count: 1,
      next: { label: "See why", cli: command("status"), route: place("/settings", { tab: "workings" }) },
    }));
}
