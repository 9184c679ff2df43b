import { testNow } from "../../src/api/test-support.ts";
import { type Finding, findingId } from "../../src/findings/finding.ts";
import { recordLook } from "../../src/findings/store-record.ts";
import { record } from "../../src/journal/store.ts";
import type { Store } from "../../src/store/store.ts";

const severities = ["critical", "high", "medium", "low"] as const;

/** So many findings of a repository, of all severities, in two environments. */
export async function seedFindings(store: Store, count: number): Promise<readonly Finding[]> {
  const findings = Array.from({ length: count }, (_, index): Finding => {
    const environment = index % 3 === 0 ? "staging" : "production";
    const [rule, subject] = [`rule-${index % 20}`, `image/registry.example.org/team/application-${index}`];
    return {
      id: findingId(rule, { environment, subject }),
      rule,
      group: "pinning",
      severity: severities[index % 4] ?? "low",
      subject,
      environment,
      title: `An image is not pinned (${index})`,
      message: `application-${index} is taken as "latest": every restart may run another version.`,
      fix: "Name a version and a digest.",
      places: [{ file: `apps/application-${index}.yaml`, line: 12, column: 7 }],
    };
  });
  const look = { suppressed: [], unknown: [], unread: [], blind: false };
  const ran = new Set(findings.map(({ rule }) => rule));
  await recordLook(store, { ...look, findings, ran }, { id: "repository:platform" }, testNow);
  return findings;
}

/** So many entries of the journal, the last with issues, what is left to do, and a text that would be markup if it were taken for it. */
export async function seedJournal(store: Store, count: number): Promise<void> {
  const actor = { kind: "person", id: "local:kim", name: "Kim" } as const;
  for (let number = 1; number <= count; number += 1) {
    await record(store, {
      at: testNow,
      kind: "note",
      actor,
      task: number === count ? "Cleaned <img src=x onerror=alert(1)> the runner's disk" : `Work number ${number}`,
      environment: number % 2 === 0 ? "production" : undefined,
      durationSeconds: 600,
      issues: number === count ? ["The disk was full"] : [],
      nextActions: number === count ? ["Make it larger"] : [],
    });
  }
}
