import * as z from "zod";
import { InputError } from "../kernel/errors.ts";
import type { Endpoint } from "../platform/endpoint.ts";
import type { Probe, System } from "../systems/contract.ts";

/** One probe of one component, ready to be run again and again. */
export interface Target {
  /** `production/gitlab/readiness`. */
  readonly id: string;
  readonly environment: string;
  readonly component: string;
  readonly system: string;
  readonly probe: Probe;
  /** What of the settings the probe reads, parsed; or which setting is wrong. */
  readonly inputs:
    | { readonly kind: "ready"; readonly value: unknown }
    | { readonly kind: "wrong"; readonly why: string };
  readonly endpoint: Endpoint;
}

/**
 * The targets of the configured endpoints. Throws `InputError` for a system that has no probes, a component named twice, a
 * setting or credential that no probe of the system reads: a misspelt limit must not silently be none. `atLeastEverySeconds`
 * holds where an endpoint says nothing itself; no probe is asked less often than it is made for.
 */
export function targetsOf(
  endpoints: readonly Endpoint[],
  systems: readonly System[],
  atLeastEverySeconds?: number,
): readonly Target[] {
  const seen = new Set<string>();
  return endpoints.flatMap((endpoint) => {
    const where = `${endpoint.environment}/${endpoint.component}`;
    if (seen.has(where)) throw new InputError(`endpoints: ${where} is there twice; each component has one endpoint.`);
    seen.add(where);
    const probes = probesOf(endpoint, systems);
    const bound = endpoint.everySeconds ?? atLeastEverySeconds ?? Number.POSITIVE_INFINITY;
    refuseStrangers(endpoint, probes);
    return probes
      .filter(({ id }) => !endpoint.disabled.includes(id))
      .map((probe) => ({
        id: `${where}/${probe.id}`,
        environment: endpoint.environment,
        component: endpoint.component,
        system: endpoint.system,
        probe: probe.keepsPace ? probe : { ...probe, everySeconds: Math.min(probe.everySeconds, bound) },
        inputs: inputsOf(probe, endpoint),
        endpoint,
      }));
  });
}

function probesOf(endpoint: Endpoint, systems: readonly System[]): readonly Probe[] {
  const probes = systems.find(({ id }) => id === endpoint.system)?.probes;
  if (probes !== undefined) return probes;
  const able = systems.filter((system) => system.probes !== undefined).map(({ id }) => id);
  throw new InputError(
    `endpoints: ${endpoint.component} names the system ${endpoint.system}, which has no probes; there is ${able.join(", ")}.`,
  );
}

function refuseStrangers(endpoint: Endpoint, probes: readonly Probe[]): void {
  const settings = new Set([
    "url",
    ...probes.flatMap(({ inputs }) => (inputs instanceof z.ZodObject ? Object.keys(inputs.shape) : [])),
  ]);
  const credentials = new Set(probes.flatMap((probe) => Object.keys(probe.credentials ?? {})));
  refuse(endpoint, "settings", Object.keys(endpoint.settings), settings);
  refuse(endpoint, "credentials", Object.keys(endpoint.credentials), credentials);
  const ids = new Set(probes.map(({ id }) => id));
  refuse(endpoint, "disabled", endpoint.disabled, ids);
  const { unknownMinutes } = endpoint;
  if (typeof unknownMinutes === "object") refuse(endpoint, "unknownMinutes", Object.keys(unknownMinutes), ids);
}

function refuse(endpoint: Endpoint, field: string, given: readonly string[], known: ReadonlySet<string>): void {
  const stranger = given.find((name) => !known.has(name));
  if (stranger === undefined) return;
  const right = known.size === 0 ? "none is read" : `there is ${[...known].sort().join(", ")}`;
  throw new InputError(
    `endpoints: ${endpoint.component}: no probe of ${endpoint.system} reads ${field}.${stranger}; ${right}.`,
  );
}

function inputsOf(probe: Probe, endpoint: Endpoint): Target["inputs"] {
  const parsed = probe.inputs.safeParse(endpoint.settings);
  if (parsed.success) return { kind: "ready", value: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: "wrong", why: `settings.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong"}` };
}
