import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The chart grants what `deploy/rbac/observer.yaml` says, word for word: Helm cannot read files beside its chart, so the rules
 * are copied into it. `scripts/node scripts/chart-rules.ts` writes the copy, and a test compares.
 */
const root = join(import.meta.dirname, "..");
export const chartRules = join(root, "deploy", "chart", "observer-rules.yaml");

/** The rules of the observer's ClusterRole, as they stand in its file, without their indentation. */
export function observerRules(): string {
  const documents = readFileSync(join(root, "deploy", "rbac", "observer.yaml"), "utf8").split(/^---$/m);
  const role = documents.find((document) => /^kind: ClusterRole$/m.test(document)) ?? "";
  const lines = role.slice(role.indexOf("\nrules:\n") + "\nrules:\n".length).split("\n");
  return `${lines
    .map((line) => line.replace(/^ {2}/, ""))
    .join("\n")
    .trim()}\n`;
}

if (import.meta.main) writeFileSync(chartRules, observerRules());
