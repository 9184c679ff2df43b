import { InputError } from "../kernel/errors.ts";
import { type Fact, known, unknown } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Pin } from "../platform/pin.ts";
import type { UpgradeFacts } from "./facts.ts";
import { planUpgrade } from "./plan.ts";

/** The first hop of GitLab's upgrade path: its newest release is rarely a legal next step. undefined for pins without a path. */
export function nextHop(
  facts: UpgradeFacts,
  components: readonly { readonly system: string | null; readonly pins: readonly string[] }[],
  now: Instant,
): (pin: Pin, current: string) => Fact<string> | undefined {
  const gitlab = new Set(components.filter(({ system }) => system === "gitlab").flatMap(({ pins }) => pins));
  return (pin, current) => {
    if (!gitlab.has(pin.id) || pin.kind !== "chart") return undefined;
    try {
      const plan = planUpgrade({ system: "gitlab", from: `chart:${current}`, to: "latest" }, facts, now);
      const chart = plan.hops.find((hop) => hop.kind === "release")?.chart;
      if (chart?.kind === "known") return known(chart.version, "GitLab's upgrade path");
      return unknown(
        plan.hops.length === 0
          ? "there is nothing newer in our facts"
          : "the chart of the next stop is not in our facts",
        "millwright upgrade plan gitlab, and the chart's index",
      );
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      return unknown(thrown.message, "millwright upgrade plan gitlab --from … --to latest");
    }
  };
}
