import { gitlabNeverCompared } from "./gitlab/index.ts";
import { mlflowNeverCompared } from "./mlflow/index.ts";
import { sharinghubNeverCompared } from "./sharinghub/index.ts";

/** Answers of stand-ins that were never held against the real thing, by why not: the table of docs/lab.md. */
export function neverComparedTable(): string {
  const all = { GitLab: gitlabNeverCompared, SharingHub: sharinghubNeverCompared, MLflow: mlflowNeverCompared };
  const rows = Object.entries(all).flatMap(([system, list]) => {
    const counts = new Map<string, number>();
    for (const { why } of list) counts.set(why, (counts.get(why) ?? 0) + 1);
    return [...counts].map(([why, count]) => `| ${system} | ${count} | ${why} |`);
  });
  return ["| Stand-in | Answers | Why never compared |", "|---|---|---|", ...rows].join("\n");
}
