import { join } from "node:path";
import { gitlabNeverCompared } from "./gitlab/index.ts";
import { calls } from "./kubernetes/contract/calls.ts";
import { readRecording } from "./kubernetes/contract/recording.ts";
import { mlflowNeverCompared } from "./mlflow/index.ts";
import { sharinghubNeverCompared } from "./sharinghub/index.ts";
import { type NeverCompared, readFixtures } from "./stand-in/fixtures.ts";

/** What of the lab was held against the real thing, what differs, and what never was: the part of docs/lab.md that is made of it. */
export function comparedMarkdown(): string {
  return [comparedTable(), differingTable(), neverComparedTable()].join("\n\n");
}

function comparedTable(): string {
  const { server, recordedAt } = readRecording();
  const mlflow = readFixtures(join(import.meta.dirname, "mlflow", "fixtures"));
  const dated = new Map<string, number>();
  for (const { compared } of mlflow) if (compared !== undefined) dated.set(compared, (dated.get(compared) ?? 0) + 1);
  return [
    "| Of the lab | Held against | Calls | Where |",
    "|---|---|---|---|",
    `| Kubernetes: ${subjects()} | ${recordedAt}: kube-apiserver ${server} with etcd, built from their Go modules | ${calls.length} | \`lab/kubernetes/contract/\`; the recording is a test |`,
    ...[...dated].map(
      ([when, count]) => `| MLflow's core | ${when} | ${count} | \`lab/mlflow/fixtures/\`; a test of the stand-in |`,
    ),
    "| GitLab's backups of repositories and their restore | 2026-11-22: gitaly-backup and Gitaly v16.11.8, built from their Go module: also empty repositories, wikis, ids in SHA-256 and custom hooks | | `scripts/lib/gitaly-scenes.ts` |",
    "| PostgreSQL, Redis, Git, S3 | they are the real servers; the statements and routes of our probes are sent to them at every run of the contract, Git's in the lab's tests | | `scripts/lib/contract-stores.ts`, `lab/servers/servers.test.ts` |",
  ].join("\n");
}

function subjects(): string {
  return [...new Set(calls.map(({ about }) => about))].join(", ");
}

function differingTable(): string {
  const differing = calls.flatMap(({ id, differs }) => (differs === undefined ? [] : [{ id, differs }]));
  return [
    `${differing.length} of these answers differ, and are left so:`,
    "",
    "| Call | What differs, and why it may |",
    "|---|---|",
    ...differing.map(({ id, differs }) => `| \`kubernetes/${id}\` | ${differs} |`),
  ].join("\n");
}

/** Parts of the lab that no fixture stands for. */
const wholes: readonly NeverCompared[] = [
  {
    id: "kubernetes/exec",
    why: "needs a kubelet and a container runtime; held against the ordinary client library alone",
  },
  { id: "kubernetes/logs", why: "needs a kubelet; held against the ordinary client library and kubectl alone" },
  {
    id: "kubernetes/controllers",
    why: "rollouts, Jobs, garbage collection: needs kube-controller-manager and a kubelet",
  },
  { id: "kubernetes/metrics", why: "needs metrics-server" },
  {
    id: "kubernetes/bookmarks",
    why: "the real server sends one a minute; that they are asked for alike was compared, their shape was not",
  },
  { id: "kubernetes/410", why: "needs a compacted etcd: the answer to a version that is too old" },
  { id: "kubernetes/custom-resources", why: "types that a CustomResourceDefinition adds" },
  { id: "argocd", why: "Argo CD's behaviour: read in its documents and code, not run" },
  { id: "cert-manager", why: "cert-manager's behaviour: read in its documents and code, not run" },
  { id: "charts", why: "rendered in miniature by our own code; Helm renders none of them here" },
];

/** Answers of stand-ins that were never held against the real thing, by why not. */
function neverComparedTable(): string {
  const answers = { GitLab: gitlabNeverCompared, SharingHub: sharinghubNeverCompared, MLflow: mlflowNeverCompared };
  const all = Object.values(answers).flat().length;
  const rows = Object.entries(answers).flatMap(([system, list]) => {
    const counts = new Map<string, number>();
    for (const { why } of list) counts.set(why, (counts.get(why) ?? 0) + 1);
    return [...counts].map(([why, count]) => `| ${system} | ${count} | ${why} |`);
  });
  return [
    `Never compared: ${all} answers of stand-ins, each with its source (the ids stand in the fixtures), and ${wholes.length} parts that no fixture stands for.`,
    "",
    "| Stand-in | Answers | Why never compared |",
    "|---|---|---|",
    ...rows,
    ...wholes.map(({ id, why }) => `| \`${id}\` | all | ${why} |`),
  ].join("\n");
}
