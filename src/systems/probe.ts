import type * as z from "zod";
import type { KubeReader } from "../kernel/kube.ts";
import type { Clock } from "../kernel/ports.ts";
import type { ProbeHttp, RedisReader, Sql, TlsInspector } from "../kernel/probe-ports.ts";

/** Everything a probe can be given; it sees the ports it declares. */
export interface ProbePorts {
  readonly http: ProbeHttp;
  readonly sql: Sql;
  readonly redis: RedisReader;
  readonly tls: TlsInspector;
  readonly kube: KubeReader;
  readonly clock: Clock;
}
export type Port = keyof ProbePorts;

/** A number that is kept: `gitlab_connections`, with its unit in the name. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** Few and with few values: each combination is a series. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * What a probe says of one subject of its component. *Absent*: we looked and there is none. *Unknown*: it could not be
 * learned, and what would tell. *Unhealthy* is knowledge: it answered, and the answer is bad.
 */
export type Reading = {
  /** Below the component, stable: `readiness/db_check`. */
  readonly subject: string;
  readonly metrics?: readonly Metric[];
} & (
  | {
      readonly kind: "known";
      readonly health: "healthy" | "unhealthy";
      readonly value: string | number | boolean;
      /** What was asked and what came back, short; never a secret. */
      readonly evidence: string;
    }
  | { readonly kind: "absent"; readonly evidence: string }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string }
);

export interface ProbeDefinition<Needs extends Port, Inputs extends z.ZodType> {
  /** Unique within its system: `readiness`. */
  readonly id: string;
  /**
   * What an unhealthy answer says. `own`: the component itself is in trouble, as it answers this without asking another;
   * `whole`: it, or something that it needs; `upkeep`: it works, and something wants to be done.
   */
  readonly tells: "own" | "whole" | "upkeep";
  /** The question it answers: `Does every part of GitLab say it is ready?` */
  readonly title: string;
  readonly needs: readonly Needs[];
  /** What it takes from the endpoint's settings; all else there is not its business. */
  readonly inputs: Inputs;
  /** Names of credentials it can carry, with what they must be allowed to do. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly everySeconds: number;
  /** Its answer counts what happened since the last one: asked more often, it would count that twice. */
  readonly keepsPace?: true;
  readonly timeoutSeconds: number;
  /**
   * Names of workloads of its component that it does not need: these may be down, and its answer counts. Any other may be behind a
   * bad answer, so that nobody can tell while it is held down on purpose.
   */
  readonly answersWithout?: RegExp;
  /** Where the meaning of the answers is known from. */
  readonly source: string;
  read(ports: Pick<ProbePorts, Needs>, inputs: z.output<Inputs>): Promise<readonly Reading[]>;
}

/** A probe with its needs and inputs forgotten, as lists hold it. */
export interface Probe extends Omit<ProbeDefinition<Port, z.ZodType>, "read"> {
  read(ports: ProbePorts, inputs: unknown): Promise<readonly Reading[]>;
}

/** Writes a probe: the compiler sees that `read` uses only the ports it declares. Whoever runs it parses the inputs first. */
export function defineProbe<const Needs extends Port, Inputs extends z.ZodType>(
  definition: ProbeDefinition<Needs, Inputs>,
): Probe {
  return definition as unknown as Probe;
}
