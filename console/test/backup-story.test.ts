import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { artifactsOf, modelsOf } from "../../lab/mlflow-content.test-support.ts";
import { RunningLab, within } from "../../lab/running.test-support.ts";
import { programOnPath } from "../../lab/servers/children.ts";
import { launchBrowser, missing as noBrowser, settled } from "./browser.test-support.ts";
import { confirm, logIn } from "./people.test-support.ts";

/*
 * Backups in Chromium, on the running lab: all of production is backed up behind its fence and proven, with receipts; MLflow's database
 * is dropped and its files are deleted,
 * and both come back by a run whose plan was read and agreed to.
 */

/** What the lab does by its own clocks, on a machine that does much else. */
const longMillis = 400_000;
const missing = programOnPath("restic") === undefined ? "not run: restic" : noBrowser;

interface Items<T> {
  readonly items: readonly T[];
}
interface Run {
  readonly state: string;
  readonly waitsFor: string | null;
  readonly reason: string | null;
}

const lab = new RunningLab();
let browser: Browser;
let operator: Page;
let approver: Page;
let point = "";
let hasStore = true;

before(async () => {
  if (missing !== false) return;
  [browser] = await Promise.all([launchBrowser(), lab.start()]);
  hasStore = lab.hasObjectStore();
});
after(async () => {
  await browser?.close();
  await lab.close();
});

/** The run whose page is open has done what it was to do. */
async function ended(page: Page): Promise<void> {
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await within(longMillis / 1000, "the run has ended", async () => {
    const { state, waitsFor, reason } = await lab.reads<Run>(`/runs/${id}`);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
}

test("the operator backs up all of production: one point behind the fence, proven, with a receipt", {
  skip: missing,
  timeout: 580_000,
}, async (t) => {
  if (!hasStore) return t.skip("not run: the S3 gateway");
  [operator, approver] = [await logIn(browser, lab, "operator"), await logIn(browser, lab, "approver")];
  await operator.goto("/backups?environment=production");
  await settled(operator, "Backups");

  await confirm(operator, "Back up now");

  await operator.waitForURL(/\/runs\/[0-9a-f]{16}/);
  await ended(operator);
  await within(60, "the control plane has seen the point", async () => {
    point =
      (await lab.reads<Items<{ readonly id: string }>>("/recovery-points?environment=production")).items[0]?.id ?? "";
    return point !== "";
  });
  await operator.goto(`/backups/points/${point}`);
  await settled(operator, "Recovery point of production");
  await operator.getByText(/deployment sharinghub\/mlflow-sharinghub did not write/).waitFor();
  await operator.getByRole("row", { name: /registered model.* passed/ }).waitFor();
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
  skip: missing,
  timeout: 580_000,
}, async (t) => {
  if (!hasStore) return t.skip("not run: the S3 gateway");
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
  await operator.waitForURL(/\/runs\/[0-9a-f]{16}/);
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
  await ended(operator);

  assert.deepEqual(await modelsOf(lab), models);
  assert.deepEqual(await artifactsOf(lab), files);
  assert.ok(models.length > 0 && files.length > 0);
});
