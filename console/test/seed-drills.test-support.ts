import { testNow } from "../../src/api/test-support.ts";
import type { SignedReport } from "../../src/backups/drill/report.ts";

function hoursAgo(hours: number): string {
  return new Date(Date.parse(testNow) - hours * 3_600_000).toISOString();
}

const digest = `sha256:${"0".repeat(64)}`;

/** A report of a drill over everything that ended so long ago. */
export function drillOf(backup: string, id: string, hours: number, verdict: "passed" | "failed"): SignedReport {
  const store = {
    order: 1,
    store: "mlflow/database",
    component: "mlflow",
    kind: "postgresql",
    backup,
    digest,
    takenAt: hoursAgo(hours + 5),
    bytes: 1.4e9,
    verdict: "proven" as const,
    why: [],
    counts: { tables: 12, rows: 3007 },
    restoreSeconds: verdict === "passed" ? 310 : 16_000,
    objectiveMinutes: 240,
    ageSeconds: 18_000,
    objectiveHours: 26,
    doesNotCover: ["passwords of database roles"],
  };
  const { restoreSeconds, ageSeconds } = store;
  const met = verdict === "passed";
  return {
    signature: { algorithm: "ed25519", key: "0123456789abcdef", value: "c2lnbmVk" },
    report: {
      schema: "millwright/drill/1",
      id,
      installation: "acme",
      environment: "production",
      repository: "0".repeat(64),
      from: "first",
      scope: "everything",
      by: "millwright",
      beganAt: hoursAgo(hours + 1),
      endedAt: hoursAgo(hours),
      millwright: "0.1.0",
      stores: [store],
      components: [{ component: "mlflow", restoreSeconds, ageSeconds, met }],
      checks: [],
      continuity: [{ id: "entry", title: "DNS and certificates lead users to it", how: "open", words: "by hand" }],
      disposable: [],
      verdict,
      why: met ? [] : ["mlflow/database took 266.7 minutes, and may take 240"],
    },
  };
}
