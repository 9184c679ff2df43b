import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import {
  askedAfter,
  backedUp,
  drillReport,
  ended,
  incidentOpens,
  mirrored,
  openQuickly,
  placeIn,
  restored,
} from "../../lab/backup-story.test-support.ts";
import { artifactsOf, modelsOf } from "../../lab/mlflow-content.test-support.ts";
import { contentOf, spoil } from "../../lab/production-content.test-support.ts";
import { RunningLab, within } from "../../lab/running.test-support.ts";
import { programOnPath } from "../../lab/servers/children.ts";
import { launchBrowser, missing as noBrowser, settled } from "./browser.test-support.ts";
import { confirm, logIn } from "./people.test-support.ts";

/*
 * What backups are for, on the running lab, by the command line and in Chromium: all of production is backed up behind its fence and
 * proven, with receipts; MLflow's database is dropped and its files are deleted, and both come back by a run whose plan was read and
 * agreed to; the yearly drill restores everything; a bit turns on the backups' disk and is an incident.
 */

/** What the lab does by its own clocks, on a machine that does much else. */
const longMillis = 400_000;
const skip = programOnPath("restic") === undefined ? "not run: restic" : false;
const timeout = 580_000;

const lab = new RunningLab({ everySeconds: 30 });
let browser: Browser | undefined;
let operator: Page;
let approver: Page;
let point = "";
/** Why a test of the story is not run: what was missing when the lab had started. */
let noStore: string | false = false;

before(async () => {
  if (skip !== false) return;
  await lab.start();
  openQuickly(lab);
  if (!lab.hasObjectStore()) noStore = "not run: the S3 gateway";
  if (noBrowser !== false) return;
  browser = await launchBrowser();
  [operator, approver] = [await logIn(browser, lab, "operator"), await logIn(browser, lab, "approver")];
});
after(async () => {
  await browser?.close();
  await lab.close();
});

async function runEnds(page: Page): Promise<string> {
  await page.waitForURL(/\/runs\/[0-9a-f]{16}/);
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await ended(lab, id);
  return id;
}

/** What MLflow says when it lists the models of these versions, asked through the way in by somebody who reads all. */
function mlflowLists(versions: Awaited<ReturnType<typeof modelsOf>>) {
  const { size } = new Set(versions.map(({ name }) => name));
  return { component: "mlflow", state: "passed", words: `mlflow lists ${size} registered models` };
}

test("production is one recovery point behind its fence, proven, with a receipt that holds", {
  skip,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  const made = await backedUp(lab, "production", "--prove");
  const { proof } = made;
  point = made.point.id;

  assert.equal(made.point.fence.kind, "fenced", JSON.stringify(made.point.fence));
  assert.deepEqual(made.point.fence.by?.toSorted(), [
    "deployment gitlab/gitlab-sidekiq-all-in-1-v2",
    "deployment gitlab/gitlab-webservice-default",
    "deployment sharinghub/mlflow-sharinghub",
    "statefulset monitoring/grafana",
  ]);
  assert.ok(proof !== undefined);
  assert.equal(proof.verdict.kind, "proven", JSON.stringify(proof));
  const checks = proof.checks.map(({ id, state }) => `${id} ${state}`);
  assert.ok(checks.includes("model-artifacts passed") && checks.includes("lfs-objects passed"), checks.join());
  const receipt = (await lab.does("operator", "receipt", "show", point, ...placeIn(lab))).trim();
  assert.match(await lab.does("operator", "receipt", "verify", receipt, ...placeIn(lab)), /valid/i);
});

test("the point's page says how it was held together, what was checked, and gives the line for a ticket", {
  skip: skip || noBrowser,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  await mirrored(lab, point);
  await operator.goto(`/backups/points/${point}`);
  await settled(operator, "Recovery point of production");
  await operator.getByText(/mlflow-sharinghub, statefulset monitoring\/grafana did not write/).waitFor();
  for (const check of [/the artifacts of each registered model version.* passed/, /the file MLmodel of each .* passed/])
    await operator.getByRole("row", { name: check }).first().waitFor();
  await operator
    .getByRole("row", { name: /LFS.* passed/ })
    .first()
    .waitFor();
  await operator.getByRole("link", { name: "mlflow/database" }).click();
  await settled(operator, "Backup of mlflow/database");
  await operator.getByRole("button", { name: "Show the line for a ticket" }).click();
  await operator.getByText(/^millwright-receipt-1\./).waitFor();
});

test("MLflow is lost; from the point's page a plan is read, agreed to by a second person, and both stores are back", {
  skip: skip || noBrowser,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  const [models, files] = [await modelsOf(lab), await artifactsOf(lab)];
  await lab.fault("apply", "drop-database");
  await lab.fault("apply", "delete-artifacts");
  await assert.rejects(modelsOf(lab), /does not exist/);
  assert.deepEqual(await artifactsOf(lab), []);

  await operator.goto(`/backups/points/${point}`);
  await settled(operator, "Recovery point of production");
  await operator.getByRole("link", { name: "Restore…" }).click();
  await settled(operator, "Start a run");
  await operator.getByLabel("Stores").fill("mlflow/database\nmlflow/artifacts");
  await operator.getByRole("button", { name: "Show the plan" }).click();
  const plan = operator.getByRole("list", { name: "Steps of the plan" });
  await plan.getByText(/^Restore mlflow\/database, mlflow\/artifacts of point-\S+ in place/).waitFor();
  await confirm(operator, "Start this run");
  await operator
    .getByText(/what is lost/i)
    .first()
    .waitFor({ timeout: longMillis });
  await operator.getByRole("button", { name: "Say what came of it" }).waitFor({ timeout: longMillis });
  await confirm(operator, "Say what came of it", {
    label: "What was done, and what came of it",
    text: "told in the channel of the data scientists",
  });
  await approver.goto(new URL(operator.url()).pathname);
  await approver.getByRole("button", { name: "Approve this plan" }).waitFor({ timeout: longMillis });
  await confirm(approver, "Approve this plan", { label: "What was looked at", text: "the models must come back" });
  const run = await runEnds(operator);

  assert.deepEqual(await askedAfter(lab, run), [mlflowLists(models)]);
  assert.deepEqual(await modelsOf(lab), models);
  assert.deepEqual(await artifactsOf(lab), files);
  assert.ok(models.length > 0 && files.length > 0);
});

test("whatever of production was lost or spoiled, the whole point comes back in place while its writers stand still", {
  skip,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  const before = await contentOf(lab);
  await spoil(lab);
  const spoiled = await contentOf(lab);
  for (const of of Object.keys(before) as (keyof typeof before)[]) assert.notDeepEqual(spoiled[of], before[of], of);

  const told = await restored(lab, point);

  assert.deepEqual(
    told.stores.filter(({ state }) => state !== "restored"),
    [],
  );
  assert.deepEqual([told.stores.length, told.notGivenBack, told.notDown], [11, [], []]);
  assert.deepEqual(told.applications, [mlflowLists(await modelsOf(lab))]);
  assert.deepEqual(await contentOf(lab), before);
});

test("a point of an environment without a fence says so", { skip, timeout }, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  const made = await backedUp(lab, "development");

  assert.deepEqual(made.point.fence, { kind: "unfenced", why: "no fence is declared for this environment" });
});

test("one store is backed up and proven from the console", { skip: skip || noBrowser, timeout }, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  await operator.goto("/backups/stores/development/mlflow/database");
  await settled(operator, "mlflow/database in development");
  await confirm(operator, "Back up now");
  await runEnds(operator);

  await within(longMillis / 1000, "the control plane has seen its proof", async () => {
    const asked = "/backups?environment=development&store=mlflow/database";
    const { items } = await lab.reads<{ items: readonly { verdict: string }[] }>(asked);
    return items[0]?.verdict === "proven";
  });
});

test("each store is backed up or may be lost, and nobody had to be told", { skip }, async () => {
  const { items } = await lab.reads<{ items: readonly { store: string; state: string }[] }>("/backups/stores");

  assert.deepEqual(
    items.filter(({ state }) => state === "forgotten"),
    [],
  );
  assert.ok(items.length > 0);
});

test("the yearly drill restores everything, in the order of a rebuild, and its report is signed", {
  skip,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  const { id } = await lab.asks<{ id: string }>("operator", "run", "start", "drill", "--environment", "production");
  await ended(lab, id);

  const report = await drillReport(lab);
  assert.deepEqual([report.scope, report.verdict, report.why], ["everything", "passed", []]);
  assert.deepEqual(
    report.stores.filter(({ verdict }) => verdict !== "proven"),
    [],
  );
  assert.equal(report.stores.length, 12);
  assert.equal(report.point?.fence, "fenced");
  assert.ok(report.continuity.some(({ id: step, how }) => step === "databases" && how === "done"));
});

test("a bit that turned in the repository is an incident once it was read", { skip, timeout }, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  await lab.fault("apply", "flip-byte", "--seed", "5");
  await lab.does("operator", "run", "start", "check-repository", "--environment", "production");

  await incidentOpens(lab, /repository of the backups is damaged/);
});
