import { recordLook } from "../../findings/store-record.ts";
import { assessHealth, healthSource } from "../../health/assess.ts";
import { type ComponentHealth, healthOf, type Needs } from "../../health/components.ts";
import { healthService } from "../../health/routes.ts";
import type { FailedProbe } from "../../incidents/open.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { keepMeasurements } from "../../observations/retention.ts";
import { type Standing, standings } from "../../observations/store-read.ts";
import type { Store } from "../../store/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { probing } from "./probing.ts";

/** Told of components that are in trouble and stay so. */
type Failing = (store: Store, failed: readonly FailedProbe[], now: Instant) => Promise<void>;

/** One bad answer wakes nobody: trouble has to last. */
const lastsMillis = 120_000;

/** Probes of the components, what they measured, and what follows from it. */
export function observationsOf(building: Building, failing: Failing): Capability {
  const { config } = building.parts;
  const needs: Needs = (environment) => {
    const own = config().endpoints.filter((one) => one.environment === environment);
    return new Map(own.map(({ component, dependsOn }) => [component, dependsOn]));
  };
  return {
    provided: [provide(healthService, { needs })],
    begin: async () => probing(building),
    jobs: [
      {
        id: "health",
        everySeconds: 60,
        timeoutSeconds: 60,
        run: ({ store, now }) => lookAtHealth(store, now, needs, failing),
      },
      {
        id: "measurements",
        everySeconds: 3600,
        timeoutSeconds: 600,
        run: async ({ store, now }) => void (await keepMeasurements(store, now, config().retention)),
      },
    ],
  };
}

/** What the observations show becomes findings, and incidents where it lasts, in one transaction. */
export async function lookAtHealth(store: Store, now: Instant, needs: Needs, failing: Failing): Promise<void> {
  const look = await assessHealth(store, now, needs);
  const seen = await standings(store, now);
  const failed = healthOf(seen, needs).flatMap((one) => failedOf(one, seen, now));
  await store.transaction(async (part) => {
    await recordLook(part, look, { id: healthSource }, now);
    if (failed.length > 0) await failing(part, failed, now);
  });
}

/** A component's own trouble; one that only suffers from another's is that one's incident. */
function failedOf(one: ComponentHealth, seen: readonly Standing[], now: Instant): readonly FailedProbe[] {
  const [first] = one.trouble.toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since));
  if (first === undefined || one.health.kind !== "unhealthy") return [];
  if (Date.parse(now) - Date.parse(first.since) < lastsMillis) return [];
  const { environment, component } = one;
  const serves = seen.some(
    (standing) =>
      standing.environment === environment &&
      standing.component === component &&
      standing.tells !== "upkeep" &&
      standing.state === "healthy",
  );
  const since = instantOf(Date.parse(first.since));
  return [{ probe: first.probe, component, environment, reason: first.evidence, since, down: !serves }];
}
