import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RunningLab, within } from "./running.test-support.ts";

/*
 * The whole loop on the running lab, by the command line: what goes wrong is seen, planned, agreed to by a second person, put back once
 * and no more, and written down, whatever is killed on the way.
 */

interface Page<T> {
  readonly items: readonly T[];
}
interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly state: string;
  readonly message: string;
}
interface Run {
  readonly id: string;
  readonly digest: string;
  readonly state: string;
  readonly waitsFor: string | null;
  readonly reason: string | null;
}
interface Order {
  readonly id: string;
  readonly state: string;
  readonly run?: string;
  readonly origin: { readonly kind: string; readonly of?: string };
  readonly offer?: { readonly procedure: string; readonly arguments: Readonly<Record<string, unknown>> };
}
interface Incident {
  readonly id: number;
  readonly title: string;
  readonly state: string;
}
interface Application {
  readonly name: string;
  readonly environment: string;
  readonly sync: string;
  readonly health: string;
}

const lab = new RunningLab();
before(() => lab.start());
after(() => lab.close());

/** Seconds: most waits take ten, on a machine that does nothing else. */
const patience = 300;
const mlflow = "production/sharinghub/mlflow-sharinghub";
const sharinghub = "production/sharinghub/sharinghub";

const findingsOf = async (rule: string, subject: string): Promise<readonly Finding[]> =>
  (await lab.reads<Page<Finding>>(`/findings?environment=production&rule=${rule}`)).items.filter(
    (one) => one.subject === subject,
  );
const applications = async (): Promise<readonly Application[]> =>
  (await lab.reads<Page<Application>>("/applications")).items;
const isSynced = async (name: string): Promise<boolean> =>
  (await applications()).some(
    (one) => one.name === name && one.environment === "production" && one.sync === "Synced" && one.health === "Healthy",
  );
/** Syncs that a person asked for: Argo CD's own brought the platform there. */
const syncsBy = (name: string): number =>
  lab.effects(`production/${name}`, "sync").filter(({ detail }) => detail?.["by"] !== "argocd").length;

let drifted: Finding | undefined;
let order = "";
let run = "";
let incident = 0;

test("three environments are seen, healthy, in sync, with their versions", async () => {
  await within(patience, "every Application is in sync and healthy", async () => {
    const all = await applications();
    return all.length >= 27 && all.every(({ sync, health }) => sync === "Synced" && health === "Healthy");
  });
  await within(patience, "three environments are healthy", async () => {
    const { items } = await lab.reads<Page<{ readonly health: string }>>("/environments");
    return items.length === 3 && items.every(({ health }) => health === "healthy");
  });

  const { items } = await lab.asks<
    Page<{
      readonly name: string;
      readonly versions: readonly { readonly component: string; readonly declared: string }[];
    }>
  >("approver", "environment", "list");
  assert.deepEqual(items.map(({ name }) => name).toSorted(), ["development", "production", "staging"]);
  for (const { versions } of items)
    assert.equal(versions.find(({ component }) => component === "gitlab")?.declared, "17.8.7");
});

test("a change by hand in production is a finding, with its age and its author", async () => {
  await lab.fault("apply", "hand-edit", "--target", mlflow);
  await lab.fault("apply", "hand-edit", "--target", sharinghub, "--seed", "2");
  await lab.fault("apply", "expired-certificate", "--target", "production/ingress");
  await within(patience, "the change by hand is found", async () => {
    [drifted] = await findingsOf("drift-by-hand", "application/mlflow");
    return drifted !== undefined;
  });

  const shown = await lab.does("operator", "drift", "list", "--environment", "production");
  assert.match(shown, /mlflow-sharinghub +spec\.replicas +1 +\d +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +kubectl-edit/);
  assert.match(drifted?.message ?? "", /spec\.replicas is \d, Git says 1; written by kubectl-edit at \d{4}-/);
});

test("a certificate that expired is an incident", async () => {
  await within(patience, "an incident is open", async () => {
    const { items } = await lab.reads<Page<Incident>>("/incidents");
    // The cluster's look and the probes both find it, and the incident is of whichever was first.
    const found = items.find(({ title }) => /^A certificate (has expired|that is in use has ended)/.test(title));
    incident = found?.id ?? 0;
    return found?.state === "open";
  });

  await lab.does("operator", "incident", "acknowledge", String(incident));
  await lab.fault("mend", "expired-certificate", "--target", "production/ingress");
});

test("it becomes work, which waits for a second person's approval", async () => {
  await within(patience, "a work order", async () => {
    const { items } = await lab.reads<Page<Order>>("/work-orders");
    order = items.find(({ origin }) => origin.of === drifted?.id)?.id ?? "";
    return order !== "";
  });
  // As many measurements as make a comparison: the probes ask every few seconds.
  const gate = { component: "mlflow", minSamples: 5, beforeMinutes: 30, deadlineMinutes: 10 };
  await within(patience, "enough is measured of mlflow", async () => {
    const { items } = await lab.reads<Page<{ readonly id: number }>>(
      "/series?environment=production&component=mlflow&name=millwright_probe_millis",
    );
    const counts = await Promise.all(
      items.map(async ({ id }) => (await lab.reads<Page<unknown>>(`/series/${id}/samples`)).items.length),
    );
    return counts.length > 0 && counts.every((count) => count >= gate.minSamples);
  });
  const { offer } = await lab.asks<Order>("operator", "work", "show", order);
  assert.equal(offer?.procedure, "put-back");

  const request = "https://git.example.org/platform/mlops/-/merge_requests/42";
  const given = JSON.stringify({ ...offer.arguments, measured: gate });
  const planned = ["work", "plan", order, "--procedure", "put-back", "--arguments", given];
  await lab.does("operator", ...planned, "--change-request", request);
  const own = await lab.says("operator", "work", "approve", order, "--reason", "it is my own");

  assert.notEqual(own.code, 0);
  assert.match(own.err, /needs the role approver/);
  assert.equal(syncsBy("mlflow"), 0);
});

test("approved, it runs; its worker is killed in the middle, and another goes on", async () => {
  await lab.does("approver", "work", "approve", order, "--reason", "nobody meant three replicas");
  await within(patience, "its run has asked Argo CD to sync", async () => {
    run = (await lab.reads<Order>(`/work-orders/${order}`)).run ?? "";
    return run !== "" && syncsBy("mlflow") > 0;
  });
  const worker = lab.pid("control plane worker");

  process.kill(worker, "SIGKILL");

  await within(patience, "another worker", () => lab.pid("control plane worker") !== worker);
  await within(patience, "the run has ended", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${run}`);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
});

test("put back once and no more: checks and measurements before and after, in sync, written down, and the finding is closed", async () => {
  assert.equal(syncsBy("mlflow"), 1);
  const log = await lab.does("operator", "run", "log", run);
  for (const said of [
    /before-1#\d+ .*serve/,
    /measured-before#\d+ .*known-model/,
    /after-1#\d+ .*1 of 1 pods/,
    /No worse than before/,
  ])
    assert.match(log, said);
  assert.match(await lab.does("operator", "run", "comparison", run), /millwright_probe_millis +not-worse +median/);
  await within(patience, "the Application is in sync", () => isSynced("mlflow"));
  await within(
    75,
    "the finding is closed",
    async () => (await findingsOf("drift-by-hand", "application/mlflow")).length === 0,
  );
  await within(
    75,
    "the work order is done",
    async () => (await lab.reads<Order>(`/work-orders/${order}`)).state === "done",
  );
  const journal = await lab.does("operator", "journal", "list", "--link", `run=${run}`);
  assert.match(journal, /run +\S.*Put back what was changed by hand/);
  const approvals = await lab.does("operator", "journal", "list", "--kind", "approval");
  assert.match(approvals, /Ari Approver +Approved: Changed by hand/);
});

test("the incident ends when the certificate is mended, and closes once it was looked back on", async () => {
  await within(
    75,
    "the finding is closed",
    async () => (await findingsOf("certificate-expired", "certificate/gitlab/lab-ingress")).length === 0,
  );
  const id = String(incident);
  await lab.does("operator", "incident", "resolve", id, "cert-manager issued it anew");
  const answers = ["The way in was shut", "Renewals failed", "The clusters' look", "The panel", "An alert on renewals"];
  await lab.does("operator", "incident", "review", id, "--answers", ...answers);
  await lab.does("operator", "incident", "close", id);

  assert.equal((await lab.asks<Incident>("operator", "incident", "show", id)).state, "closed");
});

test("put back at once: the run itself waits for the approval of this very plan", async () => {
  await within(
    patience,
    "it is found",
    async () => (await findingsOf("drift-by-hand", "application/sharinghub")).length > 0,
  );
  const started = await lab.asks<Run>("operator", "drift", "put-back", "sharinghub", "--environment", "production");
  await within(60, "it waits for approval", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${started.id}`);
    assert.notEqual(state, "done", reason ?? "");
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return waitsFor === "approval";
  });

  const own = await lab.says("operator", "run", "approve", started.id, "--digest", started.digest);
  const other = await lab.says("approver", "run", "approve", started.id, "--digest", "0".repeat(64));
  assert.notEqual(own.code, 0);
  assert.notEqual(other.code, 0);
  assert.equal(syncsBy("sharinghub"), 0);
  await lab.does("approver", "run", "approve", started.id, "--digest", started.digest, "--reason", "as Git has it");

  await within(patience, "Argo CD was asked", () => syncsBy("sharinghub") === 1);
});

test("the guides' tests run in development, as the canary, and take away again what they made", async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const { id } = await lab.asks<Run>("operator", "run", "start", "test-development", "--environment", "development");
  await within(patience, "the tests have ended", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${id}`);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
});

test("after kill -9 of the whole lab a second start finds everything and no orphan", async () => {
  await lab.end("SIGKILL");
  await within(patience, "no process is left", () => lab.processes().length === 0);

  await lab.start();

  assert.equal((await lab.asks<Run>("operator", "run", "show", run)).state, "done");
  assert.equal((await lab.asks<Incident>("approver", "incident", "show", String(incident))).state, "closed");
  await within(patience, "production is in sync", async () => (await isSynced("mlflow")) && isSynced("sharinghub"));
  assert.deepEqual([syncsBy("mlflow"), syncsBy("sharinghub")], [1, 1]);
});
