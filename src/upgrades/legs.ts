import { compareReleases } from "../kernel/version.ts";
import { decide } from "./answers.ts";
import type { Stop, UpgradeFacts } from "./facts.ts";
import { crosses, majorOf, minorOf, numbersOf, postgresqlWindow, rowFor } from "./gitlab-facts.ts";
import type { Move } from "./solve.ts";

/** One leg of the way: a release of the system, or a step of a datastore while the system stays on `gitlab`. */
export type Leg =
  | {
      readonly kind: "release";
      readonly from: string;
      readonly version: string;
      readonly stop: Stop | undefined;
      /** Set on a conditional stop: what decides it and how to learn. */
      readonly condition: Condition | undefined;
    }
  | {
      readonly kind: "datastore";
      readonly store: "postgresql" | "redis" | "bundled";
      readonly gitlab: string;
      /** The version now, where it is known. */
      readonly from: string | undefined;
      readonly version: string;
      readonly why: string;
      readonly condition: Condition | undefined;
    };

export interface Condition {
  readonly text: string;
  /** SQL or a command; null where upstream names none. */
  readonly query: string | null;
  /** How the query's answer is read; null where a person must. `settles`: no answer to it rules the hop out. */
  readonly answer: { readonly reads: "rows" | "count"; readonly above: number; readonly settles: boolean } | null;
  readonly decided: "take" | "unknown";
}

/** A stop with what is known of its condition; a required stop has none. */
export interface JudgedStop {
  readonly stop: Stop;
  readonly condition: (Omit<Condition, "decided"> & { readonly decided: "take" | "skip" | "unknown" }) | undefined;
}

/** A stop with its condition judged by the answers. */
export function judgeStop(facts: UpgradeFacts, stop: Stop): JudgedStop {
  if (stop.kind !== "conditional") return { stop, condition: undefined };
  const known = facts.datastores.conditions.find((one) => one.stop === stop.version);
  const decided = known === undefined ? "unknown" : decide(known.any, facts.answers);
  const query = known?.query ?? null;
  return { stop, condition: { text: stop.condition ?? "", query, answer: answerOf(facts, known), decided } };
}

function answerOf(
  facts: UpgradeFacts,
  known: UpgradeFacts["datastores"]["conditions"][number] | undefined,
): Condition["answer"] {
  if (known?.reads === undefined || known.query === null) return null;
  const [first, ...others] = known.any;
  const settles = others.length === 0 || decide(others, facts.answers) === "skip";
  return { reads: known.reads, above: first?.above ?? 0, settles };
}

/** The solver's moves as legs; `taken` are the stops that may not be jumped. */
export function legsOf(
  facts: UpgradeFacts,
  releases: readonly string[],
  moves: readonly Move[],
  taken: readonly JudgedStop[],
): readonly Leg[] {
  const legs: Leg[] = [];
  let [here = "", postgresql] = [releases[0], facts.answers.postgresqlVersion];
  for (const [index, move] of moves.entries()) {
    if (move.kind === "datastore") {
      const ahead = moves.slice(index).flatMap((next) => (next.kind === "release" ? (releases[next.to] ?? []) : []));
      legs.push(postgresqlLeg(facts, here, postgresql, move.to, ahead));
      if (postgresql !== undefined) postgresql = String(move.to);
    } else {
      const version = releases[move.to] ?? "";
      const isTarget = move.to === releases.length - 1;
      legs.push(
        releaseLeg(here, version, isTarget ? undefined : taken.find(({ stop }) => stop.version === minorOf(version))),
      );
      here = version;
    }
  }
  return legs;
}

function releaseLeg(from: string, version: string, judged: JudgedStop | undefined): Leg {
  const condition = judged?.condition;
  const decided = condition?.decided;
  return {
    kind: "release",
    from,
    version,
    stop: judged?.stop,
    condition:
      condition === undefined || decided === undefined || decided === "skip" ? undefined : { ...condition, decided },
  };
}

function postgresqlLeg(
  facts: UpgradeFacts,
  gitlab: string,
  from: string | undefined,
  to: number,
  ahead: readonly string[],
): Leg {
  const rows = facts.datastores.postgresql.rows;
  const needed = ahead.find((version) => {
    const floor = postgresqlWindow(rows, version).min;
    return floor !== undefined && floor > (majorOf(from) ?? floor - 1);
  });
  const row = rowFor(rows, needed ?? gitlab);
  return {
    kind: "datastore",
    store: "postgresql",
    gitlab,
    from,
    version: String(to),
    why: `From ${row?.from ?? gitlab} on GitLab needs PostgreSQL ${row?.min ?? to} or newer, and GitLab ${minorOf(gitlab)} runs on ${to}: this is the window`,
    condition: from === undefined ? olderPostgresql(to) : undefined,
  };
}

function olderPostgresql(to: number): Condition {
  return {
    text: `PostgreSQL is older than ${to}`,
    query: `SELECT 1 WHERE current_setting('server_version_num')::int / 10000 < ${to};`,
    answer: { reads: "rows", above: 0, settles: true },
    decided: "unknown",
  };
}

/** Puts in front of each release what Redis and the chart's own datastores need before it. */
export function withRedisAndBundled(facts: UpgradeFacts, legs: readonly Leg[]): readonly Leg[] {
  const rows = facts.datastores.redis.rows;
  let redis = facts.answers.redisVersion;
  return legs.flatMap((leg) => {
    if (leg.kind === "datastore") return [leg];
    const bundled = mustLeaveBundled(facts, leg.from, leg.version) ? [bundledLeg(facts, leg.from)] : [];
    const need = rowFor(rows, leg.version)?.min;
    const had = redis ?? rowFor(rows, leg.from)?.min;
    if (need === undefined || (had !== undefined && compareReleases(numbersOf(had), numbersOf(need)) >= 0)) {
      return [...bundled, leg];
    }
    const step = redisLeg(leg.from, leg.version, redis, need);
    if (redis !== undefined) redis = need;
    return [...bundled, step, leg];
  });
}

function mustLeaveBundled(facts: UpgradeFacts, from: string, to: string): boolean {
  return facts.answers.bundledDatastores !== false && crosses(from, to, facts.datastores.bundled.gone);
}

function redisLeg(gitlab: string, next: string, from: string | undefined, version: string): Leg {
  const condition =
    from === undefined
      ? {
          text: `Redis is older than ${version}`,
          query: "redis-cli INFO server",
          answer: null,
          decided: "unknown" as const,
        }
      : undefined;
  const why = `GitLab ${next} needs Redis ${version} or newer`;
  return { kind: "datastore", store: "redis", gitlab, from, version, why, condition };
}

function bundledLeg(facts: UpgradeFacts, gitlab: string): Leg {
  const unknown = facts.answers.bundledDatastores === undefined;
  return {
    kind: "datastore",
    store: "bundled",
    gitlab,
    from: undefined,
    version: "external",
    why: facts.datastores.bundled.what,
    condition: unknown
      ? {
          text: "the chart runs PostgreSQL, Redis or MinIO itself",
          query:
            'all=$(kubectl -n "$NAMESPACE" get statefulset,deploy -o name) && { printf \'%s\\n\' "$all" | grep -E "/$RELEASE-(postgresql|redis|minio)" || test $? = 1; }',
          answer: { reads: "rows", above: 0, settles: true },
          decided: "unknown",
        }
      : undefined,
  };
}
