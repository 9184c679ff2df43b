import { sql } from "kysely";
import { environmentsOf } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import type { EnvironmentCalendar } from "../calendar/compiled.ts";
import { sayMoment, sayWindow } from "../calendar/say.ts";
import { calendarKey } from "../calendar/service.ts";
import { nextOpening } from "../calendar/time-line.ts";
import { type ComponentHealth, healthOf } from "../health/components.ts";
import { healthService } from "../health/routes.ts";
import { instantOf } from "../kernel/instant.ts";
import { standings } from "../observations/store-read.ts";
import { knownKey } from "./known.ts";

const healths = ["healthy", "unhealthy", "affected", "unknown"] as const;
const severities = ["critical", "high", "medium", "low"] as const;

/** How many of each there are. */
type Counts<K extends string> = Record<K, number>;

/** What is said of an environment in a line. */
export interface EnvironmentSummary {
  readonly name: string;
  readonly mode: "observe" | "shadow" | "act";
  /** The worst that any of its components is; undefined: nothing is asked. */
  readonly health: (typeof healths)[number] | undefined;
  readonly components: Counts<(typeof healths)[number]>;
  readonly findings: Counts<(typeof severities)[number]>;
  readonly runs: number;
  readonly incidents: number;
  readonly window: {
    readonly rules: readonly string[];
    readonly isOpen: boolean;
    readonly from: string | undefined;
    readonly until: string | undefined;
    readonly says: string | undefined;
    readonly frozenUntil: string | undefined;
  };
}

/** The environments that the caller may see, in the order in which they are declared. */
export async function environmentSummaries(context: RouteContext): Promise<readonly EnvironmentSummary[]> {
  const { store, now, services, principal } = context;
  const visible = environmentsOf(principal, "viewer");
  const environments = [...services.need(calendarKey).compiled(now).environments.values()].filter(
    ({ name }) => visible === undefined || visible.includes(name),
  );
  const [seen, counts] = await Promise.all([standings(store, now, { environments: visible }), countsOf(context)]);
  const health = Map.groupBy(healthOf(seen, services.need(healthService).needs), ({ environment }) => environment);
  const mode = services.need(knownKey).mode();
  return environments.map((environment) => {
    const { name } = environment;
    const own = counts.filter((row) => row.environment === name);
    const one = (of: string): number => own.find((row) => row.of === of)?.count ?? 0;
    const components = countedHealth(health.get(name) ?? []);
    return {
      name,
      mode,
      health: (["unhealthy", "affected", "unknown", "healthy"] as const).find((kind) => components[kind] > 0),
      components,
      findings: { critical: one("critical"), high: one("high"), medium: one("medium"), low: one("low") },
      runs: one("runs"),
      incidents: one("incidents"),
      window: windowOf(environment, Date.parse(now)),
    };
  });
}

function countedHealth(components: readonly ComponentHealth[]): Counts<(typeof healths)[number]> {
  const counts = { healthy: 0, unhealthy: 0, affected: 0, unknown: 0 };
  for (const { health } of components) counts[health.kind] += 1;
  return counts;
}

interface CountRow {
  readonly environment: string;
  readonly of: string;
  readonly count: number;
}

async function countsOf({ store }: RouteContext): Promise<readonly CountRow[]> {
  const { rows } = await sql<CountRow>`
    select environment, severity as of, count from finding_count where state = 'open'
    union all select environment, 'runs', count(*)::int from runs where ended_at is null group by environment
    union all select environment, 'incidents', count(*)::int from incidents
      where state in ('open', 'acknowledged') and environment is not null group by environment`.execute(store.tables());
  return rows;
}

/** Its windows, the opening that it is in or the next one, and until when it is frozen. */
function windowOf(environment: EnvironmentCalendar, at: number): EnvironmentSummary["window"] {
  const openings = environment.windows.flatMap(({ window, line }) => {
    const opening = nextOpening(line, at);
    return opening === undefined ? [] : [{ ...opening, zone: window.zone }];
  });
  const [next] = openings.toSorted((a, b) => a.from - b.from);
  const frozen = environment.frozen.find(({ from, until }) => from <= at && at < until);
  return {
    rules: environment.windows.map(({ window }) => sayWindow(window)),
    isOpen: next !== undefined && next.from <= at,
    from: next === undefined ? undefined : instantOf(next.from),
    until: next === undefined ? undefined : instantOf(next.until),
    says: next === undefined ? undefined : `${sayMoment(next.from, next.zone)} to ${sayMoment(next.until, next.zone)}`,
    frozenUntil: frozen === undefined ? undefined : instantOf(frozen.until),
  };
}
