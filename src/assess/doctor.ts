import type { KubeReader, KubeRight } from "../kernel/kube.ts";
import { type Capability, type CapabilityId, capabilities } from "./capabilities.ts";

export interface CapabilityReport {
  readonly id: CapabilityId;
  readonly title: string;
  readonly file: string;
  /** `complete`: all that it needs and nothing forbidden; `too-much`: all, and more than is safe. */
  readonly verdict: "complete" | "partial" | "none" | "too-much";
  readonly granted: number;
  readonly missing: readonly { readonly right: string; readonly for: string }[];
  readonly tooMuch: readonly string[];
}

/** What `millwright doctor access` prints. */
export interface AccessReport {
  readonly schema: "millwright/access/1";
  readonly cluster: string;
  readonly namespace: string;
  readonly capabilities: readonly CapabilityReport[];
}

/** How many reviews are asked at once. */
const atOnce = 8;

/** Asks the cluster, right by right, what the account can do, and holds it against what each capability needs. */
export async function reportAccess(reader: KubeReader, namespace: string): Promise<AccessReport> {
  const known = new Map<string, boolean>();
  const all = capabilities.flatMap((one) => [
    ...one.needs(namespace).map(({ right }) => right),
    ...one.forbidden(namespace),
  ]);
  const waiting = [...new Map(all.map((right) => [rightAsText(right), right])).entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      known.set(next[0], await reader.can(next[1]));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const can = (right: KubeRight): boolean => known.get(rightAsText(right)) === true;
  return {
    schema: "millwright/access/1",
    cluster: reader.label,
    namespace,
    capabilities: capabilities.map((one) => reportOf(one, namespace, can)),
  };
}

function reportOf(capability: Capability, namespace: string, can: (right: KubeRight) => boolean): CapabilityReport {
  const { id, title, file } = capability;
  const needs = capability.needs(namespace);
  const missing = needs.filter(({ right }) => !can(right));
  const tooMuch = capability.forbidden(namespace).filter(can).map(rightAsText);
  const granted = needs.length - missing.length;
  return {
    id,
    title,
    file,
    verdict: verdictOf(granted, missing.length, tooMuch.length),
    granted,
    missing: missing.map(({ right, for: why }) => ({ right: rightAsText(right), for: why })),
    tooMuch,
  };
}

function verdictOf(granted: number, missing: number, tooMuch: number): CapabilityReport["verdict"] {
  if (granted === 0) return "none";
  if (missing > 0) return "partial";
  return tooMuch > 0 ? "too-much" : "complete";
}

/** As in RBAC: `get pods/log in all namespaces`. */
function rightAsText({ verb, group, resource, subresource, namespace }: KubeRight): string {
  const what = `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
  return `${verb} ${what} in ${namespace === undefined ? "all namespaces" : namespace}`;
}
