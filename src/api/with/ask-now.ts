import type { AskNow } from "../../health/suite.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { observe } from "../../observations/observe.ts";
import { bindPorts, type Edges } from "../../observations/ports.ts";
import { targetsOf } from "../../observations/target.ts";
import type { Building } from "./capability.ts";

/** Asks the probes of the configured endpoints at the moment at which a run wants to know. Without a cluster: over the network alone. */
export function askNowOf({ parts, ports }: Building): AskNow {
  const edges: Edges = {
    ...ports.probes.edges,
    clock: parts.clock,
    kube: () => undefined,
    async resolve(ref) {
      try {
        return await parts.useSecret(ref, "probes");
      } catch (thrown) {
        if (thrown instanceof InputError) throw new SystemError(thrown.message, "stop", { cause: thrown });
        throw thrown;
      }
    },
  };
  return async (environment, { component, probe }, signal) => {
    const endpoints = parts
      .config()
      .endpoints.filter((one) => one.environment === environment && one.component === component);
    const target = targetsOf(endpoints, ports.probes.systems).find((one) => one.probe.id === probe);
    if (target === undefined) return undefined;
    const bind = () => bindPorts(edges, target);
    return observe(target, { bind, now: () => parts.clock.now() }, signal);
  };
}
