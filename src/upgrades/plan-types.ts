import type { How, Variable } from "./facts.ts";
import type { ChartVersion } from "./gitlab-facts.ts";
import type { Condition } from "./legs.ts";

/** What must be seen or done around a hop. `how` is exact: a query, a call, a command; `ask` where only a person can tell. */
export interface Check {
  readonly id: string;
  readonly what: string;
  readonly how: How;
  readonly source: string;
}

/** What cannot be taken back after a hop. */
export interface Irreversible {
  readonly what: string;
  readonly source: string;
}

/** One step of the way. They are carried out in order, each only after everything of the one before holds. */
export interface Hop {
  /** From 1. */
  readonly number: number;
  /** `release`: the system itself; `datastore`: what it stands on, while the system stays where it is. */
  readonly kind: "release" | "datastore";
  /** The system, or `postgresql`, `redis`, `bundled`. */
  readonly system: string;
  /** Null where the version now is not known. */
  readonly from: string | null;
  /** A minor alone (`19.5`) means: its newest patch, which is not known here. */
  readonly version: string;
  /** The chart that installs it; null where no chart does. */
  readonly chart: ChartVersion | null;
  readonly why: string;
  /** Set when the hop is needed only under a condition: it is taken unless the query says otherwise. */
  readonly condition: Condition | null;
  readonly before: readonly Check[];
  readonly during: readonly Check[];
  readonly after: readonly Check[];
  readonly irreversible: readonly Irreversible[];
  readonly notes: readonly string[];
  readonly source: string;
}

/** The upgrade of one system as data; JSON output is this value. */
export interface Plan {
  readonly schema: "millwright/upgrade-plan/1";
  readonly system: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly facts: {
    readonly researched: string;
    readonly ageDays: number;
    readonly policyDays: number;
    /** Facts older than the policy were acknowledged. */
    readonly acknowledged: boolean;
  };
  readonly hops: readonly Hop[];
  /** Conditional stops the answers rule out. */
  readonly left: readonly { readonly version: string; readonly why: string }[];
  /** How the request was read and what weakens the plan. */
  readonly warnings: readonly string[];
  /** Set when there is nothing to plan: the system is retired. `hops` is then empty. */
  readonly instead: { readonly why: string; readonly insteadDo: string; readonly source: string } | null;
  /** The rules followed, in their sources' words as we keep them. */
  readonly rules: readonly { readonly id: string; readonly rule: string; readonly source: string }[];
  /** What the commands read from the environment. */
  readonly variables: readonly Variable[];
}

/** What is asked. Versions as typed: `18.5.1`, `18.5`, `chart:9.5.1`, `gitlab:18.5.1`, `latest`. */
export interface PlanRequest {
  readonly system: string;
  readonly from: string;
  readonly to: string;
  /** The date of old facts the operator has acknowledged: `2026-11-20`. */
  readonly acceptFactsOf?: string;
}
