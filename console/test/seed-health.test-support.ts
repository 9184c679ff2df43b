import { sql } from "kysely";
import { type TestApi, testNow } from "../../src/api/test-support.ts";
import { type Instant, instantOf } from "../../src/kernel/instant.ts";
import type { Observation } from "../../src/observations/observe.ts";
import { recordLooks } from "../../src/observations/store.ts";
import type { Store } from "../../src/store/store.ts";

/** The part of `millwright.server.yaml` that says who needs whom. */
export const endpoints = `endpoints:
  - { environment: production, component: postgresql, system: postgresql }
  - { environment: production, component: mlflow, system: mlflow, dependsOn: [postgresql] }
`;

const minutesAgo = (minutes: number): Instant => instantOf(Date.parse(testNow) - minutes * 60_000);

type Look = Partial<Observation> & { readonly component: string; readonly health: string; readonly evidence: string };

function look({ health, evidence, ...rest }: Look, at: Instant): Observation {
  const known = { kind: "known", health, value: health, evidence };
  const unknown = { kind: "unknown", why: evidence, howToLearn: "Ask it by hand: millwright doctor" };
  const place = { environment: "production", system: rest.component, probe: "status", subject: "status", tells: "own" };
  return { ...place, at, ...(health === "unknown" ? unknown : known), ...rest } as Observation;
}

/** Five components of production in every health there is, three days of measurements with a gap, a change, and an error line. */
export async function seedHealth(api: TestApi): Promise<void> {
  await seedAnswers(api.store);
  const body = {
    procedure: "checklist",
    environment: "production",
    arguments: { title: "Sidekiq moved to another node", items: [{ title: "Move it" }] },
  };
  const answer = await api.ask("POST", "/api/v1/runs", { "*": "operator" }, { body });
  if (answer.status !== 201) throw new Error(await answer.text());
  // No worker runs here: the run is said to have begun.
  await sql`update runs set started_at = ${minutesAgo(13 * 60)}`.execute(api.store.tables());
}

async function seedAnswers(store: Store): Promise<void> {
  const record = (one: Look, minutes: number): Promise<unknown> =>
    recordLooks(store, [{ observations: [look(one, minutesAgo(minutes))], everySeconds: 3600 }]);
  const gitlab = { component: "gitlab", health: "healthy", evidence: "200, every part says ok" };
  for (let hour = 72; hour >= 0; hour -= 1) {
    if (hour > 20 && hour < 30) continue;
    const jobs = 40 + Math.round(30 * Math.sin(hour / 4)) + (hour < 12 ? 60 : 0);
    const metrics = [
      { name: "gitlab_sidekiq_backlog_jobs", value: jobs },
      { name: "millwright_probe_millis", value: 80 + (hour % 7) * 5 },
    ];
    await record({ ...gitlab, probe: "sidekiq", subject: "sidekiq", metrics }, hour * 60);
  }
  await record({ ...gitlab, subject: "readiness/db_check" }, 2);
  await record({ component: "mlflow", health: "healthy", evidence: "200 in 31 ms", tells: "whole" }, 200);
  await record(
    { component: "mlflow", health: "unhealthy", evidence: "503: the database does not answer", tells: "whole" },
    3,
  );
  await record({ component: "postgresql", health: "unhealthy", evidence: "connection refused at 10.0.3.7:5432" }, 3);
  await record({ component: "redis", health: "unknown", evidence: "no answer within 10 s" }, 4);
  const certificate = { probe: "tls", subject: "certificate/hub.example.org", tells: "upkeep" } as const;
  await record({ component: "sharinghub", health: "healthy", evidence: "the known item is there" }, 1);
  await record({ component: "sharinghub", health: "unhealthy", evidence: "ends in 9 days", ...certificate }, 1);
  const lines = [{ name: "log_signature_lines", value: 9, labels: { signature: "ab12" } }];
  const log = { probe: "log-signatures", subject: "log/ab12", tells: "upkeep", metrics: lines } as const;
  await record(
    { component: "mlflow", health: "unhealthy", evidence: "could not connect to <host>: refused", ...log },
    5,
  );
}
