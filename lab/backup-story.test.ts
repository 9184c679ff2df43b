import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { RunningLab, within } from "./running.test-support.ts";
import { programOnPath } from "./servers/children.ts";

/*
 * What backups are for, on the running lab and by the command line: all of production is backed up behind its fence and proven; the
 * yearly drill restores everything; a bit turns on the backups' disk and is an incident. What is lost comes back in
 * `console/test/backup-story.test.ts`.
 */

interface Page<T> {
  readonly items: readonly T[];
}
interface Run {
  readonly id: string;
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

interface Report {
  readonly scope: string;
  readonly verdict: string;
  readonly why: readonly string[];
  readonly point?: { readonly fence: string };
  readonly stores: readonly { readonly store: string; readonly verdict: string }[];
  readonly continuity: readonly { readonly id: string; readonly how: string }[];
}

const skip = programOnPath("restic") === undefined ? "not run: restic" : false;
const lab = new RunningLab();
before(async () => void (skip === false && (await lab.start())));
after(() => lab.close());

/** Seconds, on a machine that does other things too. */
const patience = 500;
const place = (environment = "production") => ["--config", join(lab.data, "server.yaml"), "--environment", environment];

async function ended(id: string): Promise<void> {
  await within(patience, "the run has ended", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${id}`);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
}

/** `millwright backup run`, which has to end with a recovery point. */
async function backedUp(environment: string, ...more: readonly string[]) {
  const told = await lab.asks<Told>("operator", "backup", "run", ...place(environment), "--quiet", ...more);
  assert.deepEqual(
    told.outcomes.filter(({ kind }) => kind !== "backed-up"),
    [],
  );
  assert.ok(told.point !== undefined);
  return { point: told.point, proof: told.pointProof };
}

test("production is one recovery point behind its fence, proven, with a receipt that holds", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const { point, proof } = await backedUp("production", "--prove");

  assert.equal(point.fence.kind, "fenced", JSON.stringify(point.fence));
  assert.deepEqual(point.fence.by?.toSorted(), [
    "deployment gitlab/gitlab-sidekiq-all-in-1-v2",
    "deployment gitlab/gitlab-webservice-default",
    "deployment sharinghub/mlflow-sharinghub",
  ]);
  assert.ok(proof !== undefined);
  assert.equal(proof.verdict.kind, "proven", JSON.stringify(proof));
  const checks = proof.checks.map(({ id, state }) => `${id} ${state}`);
  assert.ok(checks.includes("model-artifacts passed") && checks.includes("lfs-objects passed"), checks.join());
  const receipt = (await lab.does("operator", "receipt", "show", point.id, ...place())).trim();
  assert.match(await lab.does("operator", "receipt", "verify", receipt, ...place()), /valid/i);
});

test("a point of an environment without a fence says so", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const { point } = await backedUp("development");

  assert.deepEqual(point.fence, { kind: "unfenced", why: "no fence is declared for this environment" });
});

test("each store is backed up or may be lost, and nobody had to be told", { skip }, async () => {
  const { items } = await lab.reads<Page<{ readonly store: string; readonly state: string }>>("/backups/stores");

  assert.deepEqual(
    items.filter(({ state }) => state === "forgotten"),
    [],
  );
  assert.ok(items.length > 0);
});

test("the yearly drill restores everything, in the order of a rebuild, and its report is signed", {
  skip,
}, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const { id } = await lab.asks<Run>("operator", "run", "start", "drill", "--environment", "production");
  await ended(id);

  const listed = await lab.does("operator", "backup", "drill", "--list", ...place());
  const drill = /\bdrill-\S+/.exec(listed)?.[0] ?? "";
  const file = join(lab.data, "drill.json");
  await lab.says("operator", "backup", "drill", "--show", drill, ...place(), "--output-file", file);
  assert.match(await lab.does("operator", "backup", "drill", "--verify", file, ...place()), /sign/i);
  const { report } = JSON.parse(readFileSync(file, "utf8")) as { readonly report: Report };
  assert.deepEqual([report.scope, report.verdict, report.why], ["everything", "passed", []]);
  assert.deepEqual(
    report.stores.filter(({ verdict }) => verdict !== "proven"),
    [],
  );
  assert.equal(report.stores.length, 12);
  assert.equal(report.point?.fence, "fenced");
  assert.ok(report.continuity.some(({ id: step, how }) => step === "databases" && how === "done"));
});

test("a bit that turned in the repository is an incident once it was read", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  await lab.fault("apply", "flip-byte", "--seed", "5");
  await lab.does("operator", "run", "start", "check-repository", "--environment", "production");

  await within(patience, "an incident is open", async () => {
    const { items } = await lab.reads<Page<{ readonly title: string; readonly state: string }>>("/incidents");
    return items.some(({ title, state }) => /repository of the backups is damaged/.test(title) && state === "open");
  });
});
