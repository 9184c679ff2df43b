import assert from "node:assert/strict";
import { after } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { Endpoint } from "../platform/endpoint.ts";
import type { System } from "../systems/contract.ts";
import { type Observation, observe } from "./observe.ts";
import { bindPorts, type Edges } from "./ports.ts";
import type { LocalServer } from "./servers.test-support.ts";
import { targetsOf } from "./target.ts";

/** Stands in every place a secret may stand; no observation may show it. */
export const secret = "canary-s3cr3t-value";

const clock = { now: () => instantOf(Date.now()) };

export type Look = (
  given: Readonly<Record<string, unknown>>,
  probeId: string,
  /** Cut short, so that silence is no long wait. */
  timeoutSeconds?: number,
) => Promise<readonly Observation[]>;

/** Runs one probe over real connections; `secrets` are what `env:NAME` names. */
export function looker(
  openers: Pick<Edges, "http" | "sql" | "redis" | "tls">,
  systems: readonly System[],
): { readonly look: Look; readonly secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  const edges: Edges = {
    ...openers,
    clock,
    kube: () => undefined,
    resolve: async (ref) => {
      const found = ref.kind === "env" ? secrets.get(ref.name) : undefined;
      if (found === undefined) throw new SystemError("the secret is not there", "stop");
      return found;
    },
  };
  const look: Look = async (given, probeId, timeoutSeconds) => {
    const endpoint = Endpoint.parse({ environment: "production", component: "it", ...given });
    const target = targetsOf([endpoint], systems).find(({ probe }) => probe.id === probeId);
    assert.ok(target !== undefined, probeId);
    const probe = { ...target.probe, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
    const bind = () => bindPorts(edges, { ...target, probe });
    const seen = await observe({ ...target, probe }, { bind, now: clock.now }, AbortSignal.timeout(20_000));
    assert.ok(!JSON.stringify(seen).includes(secret), "no observation shows a secret");
    return seen;
  };
  return { look, secrets };
}

/** Subject → what is said of it. */
export function said(observations: readonly Observation[]): Record<string, string> {
  return Object.fromEntries(observations.map((one) => [one.subject, one.kind === "known" ? one.health : one.kind]));
}

const servers: LocalServer[] = [];
after(async () => {
  for (const server of servers) await server.stop();
});

/** Waits for a server, and ends it when the file's tests are done. */
export async function running(server: Promise<LocalServer>): Promise<LocalServer> {
  const ready = await server;
  servers.push(ready);
  return ready;
}
