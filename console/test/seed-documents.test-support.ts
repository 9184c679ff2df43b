import { type TestApi, testNow } from "../../src/api/test-support.ts";
import { findingId } from "../../src/findings/finding.ts";
import { recordLook } from "../../src/findings/store-record.ts";

/** A platform in two environments, who can write into one of them without Git, and a certificate that has expired there. */
export async function seedPlatform({ store }: TestApi): Promise<void> {
  const names = ["gitlab", "sharinghub", "mlflow", "redis", "keycloak"];
  const rows = ["staging", "production"].flatMap((environment) =>
    names.map((name) => ({
      source: "repository:platform",
      name,
      environment,
      system: name,
      namespace: name,
      version: environment === "staging" ? "1.1.0" : "1.0.0",
      pins: [],
    })),
  );
  await store
    .tables<{ observed_component: Record<string, unknown> }>()
    .insertInto("observed_component")
    .values(rows)
    .execute();
  const writer = {
    kind: "Group",
    name: "developers",
    powers: ["change workloads", "read secrets"],
    places: ["*"],
    bindings: ["ClusterRoleBinding/developers-edit"],
  };
  await store
    .tables<{ live_fact: Record<string, unknown> }>()
    .insertInto("live_fact")
    .values({
      environment: "production",
      kind: "writer",
      key: "Group/developers",
      content: JSON.stringify(writer),
      first_seen: "2026-11-20T08:00:00.000Z",
    })
    .execute();
  const [rule, environment, subject] = ["certificate-expired", "production", "certificate/hub"];
  const expired = {
    id: findingId(rule, { environment, subject }),
    rule,
    group: "certificates" as const,
    severity: "critical" as const,
    subject,
    environment,
    title: "A certificate has expired",
    message: "hub.example.org is served with a certificate that ended on 2026-11-19.",
    fix: "Renew it.",
    places: [{ file: "cluster/production/hub", line: 1, column: 1 }] as const,
  };
  const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set([rule]) };
  await recordLook(store, { ...look, findings: [expired] }, { id: "cluster:production" }, testNow);
}
