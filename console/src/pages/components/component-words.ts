import type { Reply } from "../../api/types.ts";
import { counted } from "../../parts/counted.ts";

type Component = Reply<"/components/{name}">;
type Pin = Component["pins"][number];

/** One sentence for its head: trouble first, then findings, then how far behind it is. */
export function whyOf({ system, instances, findings, pins, affects }: Component): string {
  const bad = instances.filter(({ health }) => health === "unhealthy" || health === "affected");
  const behind = Math.max(0, ...pins.map((pin) => pin.behind ?? 0));
  const parts = [
    bad.length === 0
      ? undefined
      : `in trouble in ${bad.map(({ environment }) => environment ?? "the platform").join(", ")}`,
    findings.length === 0 ? undefined : counted(findings.length, "open finding"),
    behind === 0 ? undefined : `up to ${counted(behind, "release")} behind`,
    affects.length === 0 ? "nothing known needs it" : `${counted(affects.length, "component")} would feel it`,
  ].filter((part) => part !== undefined);
  return `${system === null ? "Of no known system" : `System ${system}`}: ${parts.join("; ")}.`;
}

/** How a pin stands to its upstream, in words; the state is the server's. */
export function standingOf({ behind, newest, freshness }: Pin): string {
  if (behind !== null && behind > 0) return `${counted(behind, "release")} behind`;
  if (freshness === "current" || (behind === 0 && newest !== null)) return "current";
  if (freshness === null) return "not asked yet";
  return freshness === "unknown" ? "not known" : freshness.replaceAll("-", " ");
}
