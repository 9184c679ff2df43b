import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quickenKey } from "../src/backups/repository/quick-key.test-support.ts";
import { environmentNames } from "./platform.ts";
import { type RunningLab, within } from "./running.test-support.ts";

/** Seconds, on a machine that does other things too. */
const patience = 500;

interface Run {
  readonly state: string;
  readonly waitsFor: string | null;
  readonly reason: string | null;
}
interface Told {
  readonly outcomes: readonly { readonly store: string; readonly kind: string }[];
  readonly point?: {
    readonly id: string;
    readonly fence: { readonly kind: string; readonly by?: readonly string[]; readonly why?: string };
  };
  readonly pointProof?: {
    readonly verdict: { readonly kind: string };
    readonly checks: readonly { readonly id: string; readonly state: string }[];
  };
}
interface Asked {
  readonly component: string;
  readonly state: string;
  readonly words: string;
}
interface Restored {
  readonly state: string;
  readonly stores: readonly { readonly store: string; readonly state: string; readonly words: readonly string[] }[];
  readonly applications: readonly Asked[];
  readonly notGivenBack: readonly string[];
  readonly notDown: readonly string[];
}
interface Report {
  readonly scope: string;
  readonly verdict: string;
  readonly why: readonly string[];
  readonly point?: { readonly fence: string };
  readonly stores: readonly { readonly store: string; readonly verdict: string }[];
  readonly continuity: readonly { readonly id: string; readonly how: string }[];
}

/** Where the command line finds the lab's repositories. */
export const placeIn = (lab: RunningLab, environment = "production"): readonly string[] => [
  "--config",
  join(lab.data, "server.yaml"),
  "--environment",
  environment,
];

/** Opening a repository takes no half second any more: each step of a story opens one many times. */
export function openQuickly(lab: RunningLab): void {
  for (const region of ["here", "elsewhere"])
    for (const environment of environmentNames)
      quickenKey(join(lab.data, "backups", region, environment), lab.secret(`backup-${region}-${environment}`));
}

/** Waits until a run is done; it must not stop for a decision. */
export async function ended(lab: RunningLab, id: string): Promise<void> {
  await within(patience, "the run has ended", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${id}`);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
}

/** `millwright backup run`, which has to back up every store and end with a recovery point. */
export async function backedUp(lab: RunningLab, environment: string, ...more: readonly string[]) {
  const told = await lab.asks<Told>("operator", "backup", "run", ...placeIn(lab, environment), "--quiet", ...more);
  assert.deepEqual(
    told.outcomes.filter(({ kind }) => kind !== "backed-up"),
    [],
  );
  assert.ok(told.point !== undefined);
  return { point: told.point, proof: told.pointProof };
}

/** The control plane has seen a point that the command line made: it looks each minute. */
export async function mirrored(lab: RunningLab, point: string): Promise<void> {
  const asked = `/recovery-points/${point}`;
  await within(patience, "the control plane knows the point", async () => (await lab.reads(asked)) !== undefined);
}

/** `millwright backup restore POINT --in-place`: all that can come back while servers run. */
export function restored(lab: RunningLab, point: string): Promise<Restored> {
  return lab.asks("operator", "backup", "restore", point, "--in-place", "--yes", "--quiet", ...placeIn(lab));
}

/** What applications said after a run's restore, as its log keeps it. */
export async function askedAfter(lab: RunningLab, run: string): Promise<readonly Asked[]> {
  const { items } = await lab.reads<{
    items: readonly { name: string; evidence: { applications?: readonly Asked[] } | null }[];
  }>(`/runs/${run}/log`);
  return items.flatMap(({ evidence }) => evidence?.applications ?? []);
}

/** The newest drill's report, its signature verified by the command line. */
export async function drillReport(lab: RunningLab): Promise<Report> {
  const listed = await lab.does("operator", "backup", "drill", "--list", ...placeIn(lab));
  const drill = /\bdrill-\S+/.exec(listed)?.[0] ?? "";
  const file = join(lab.data, "drill.json");
  await lab.says("operator", "backup", "drill", "--show", drill, ...placeIn(lab), "--output-file", file);
  assert.match(await lab.does("operator", "backup", "drill", "--verify", file, ...placeIn(lab)), /sign/i);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly report: Report }).report;
}

/** An incident of this title is open. */
export async function incidentOpens(lab: RunningLab, title: RegExp): Promise<void> {
  await within(patience, "an incident is open", async () => {
    const { items } = await lab.reads<{ items: readonly { title: string; state: string }[] }>("/incidents");
    return items.some((one) => title.test(one.title) && one.state === "open");
  });
}
