import { type Opened, recordNews } from "../../findings/observe.ts";
import { type Suppression, suppress } from "../../findings/suppression.ts";
import { assessHealth, healthSource } from "../../health/assess.ts";
import { type ComponentHealth, healthOf, type Needs, troubleInWords } from "../../health/components.ts";
import { type Patience, patienceOf } from "../../health/patience.ts";
import { healthService } from "../../health/routes.ts";
import type { FailedProbe } from "../../incidents/open.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { keepMeasurements } from "../../observations/retention.ts";
import { type Standing, standings } from "../../observations/store-read.ts";
import type { Store } from "../../store/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { fencesOf } from "./fences.ts";
import { probing } from "./probing.ts";

/** Told of components that are in trouble and stay so. */
type Failing = (store: Store, failed: readonly FailedProbe[], now: Instant) => Promise<void>;

/** Told how all components stand, at each look. */
type Standings = (store: Store, standings: readonly Standing[], now: Instant) => Promise<void>;

/** One bad answer wakes nobody: trouble has to last. */
const lastsMillis = 120_000;

/** Probes of the components, what they measured, and what follows from it. */
export function observationsOf(
  building: Building,
  { failing, standing, opened: openedBy }: Told & Pick<Capability, "opened">,
): Capability {
  const { config } = building.parts;
  const needs: Needs = (environment) => {
    const own = config().endpoints.filter((one) => one.environment === environment);
    return new Map(own.map(({ component, dependsOn }) => [component, dependsOn]));
  };
  const lookAtFences = fencesOf(building);
  return {
    provided: [provide(healthService, { needs })],
    begin: async () => probing(building),
    jobs: [
      {
        id: "health",
        everySeconds: 60,
        timeoutSeconds: 60,
        async run({ store, now }) {
          await building.look();
          const platform = building.platform();
          await lookAtFences(store, now);
          await lookAtHealth(store, now, {
            needs,
            failing,
            standing,
            patience: patienceOf(config()),
            suppress: platform.suppress,
            opened: ofUpkeep(openedBy?.(platform)),
          });
        },
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

/**
 * Trouble opens an incident once it lasts (`failing`). A certificate that has ended does so at once where that is critical: it
 * does not get well by itself.
 */
function ofUpkeep(opened: Opened | undefined): Opened | undefined {
  if (opened === undefined) return undefined;
  return (store, findings, now) =>
    opened(
      store,
      findings.filter(({ rule }) => rule === "health-certificate-ended"),
      now,
    );
}

interface Told {
  readonly failing: Failing;
  readonly standing?: Standings | undefined;
}

interface HealthTurn extends Told {
  readonly needs: Needs;
  readonly patience?: Patience | undefined;
  readonly suppress?: readonly Suppression[] | undefined;
  readonly opened?: Opened | undefined;
}

/** What the observations show becomes findings, and incidents where it lasts, in one transaction. */
export async function lookAtHealth(
  store: Store,
  now: Instant,
  { needs, failing, standing, patience, suppress: suppressions = [], opened }: HealthTurn,
): Promise<void> {
  const seenNow = await assessHealth(store, now, needs, patience);
  const { open: findings, suppressed } = suppress(seenNow.findings, suppressions, now);
  const look = { ...seenNow, findings, suppressed };
  const seen = await standings(store, now);
  const failed = healthOf(seen, needs).flatMap((one) => failedOf(one, seen, now));
  await store.transaction(async (part) => {
    await recordNews(part, look, { id: healthSource }, now, opened);
    if (failed.length > 0) await failing(part, failed, now);
    await standing?.(part, seen, now);
  });
}

/** A component's own trouble; one that only suffers from another's is that one's incident, and what is held down is planned. */
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
  return [{ probe: first.probe, component, environment, reason: troubleInWords(one, first), since, down: !serves }];
}
