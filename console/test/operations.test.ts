import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { sql } from "kysely";
import { faultsInAllLooks, faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { type Operations, seedHeldAlerts, seedOperations } from "./seed-operations.test-support.ts";

let stage: Stage;
let made: Operations;

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  made = await seedOperations(stage.api);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

test("runs, work and incidents are for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const addresses = [
    ["/runs", "Runs"],
    [`/runs/${made.putBack}`, "Argo CD puts back Deployment mlflow/mlflow"],
    [`/runs/${made.checklist}`, "Morning round"],
    [`/runs/${made.ended}`, "Restart the pods of deployment mlflow/tracking"],
    [`/runs/${made.damaged}`, "Restart the pods of deployment mlflow/registry"],
    ["/runs/new?procedure=silence-and-inform&environment=staging", "Start a run"],
    ["/work", "Work"],
    [`/work/${made.order}`, "Move the registry"],
    ["/work?tab=calendar", "Work"],
    ["/work?tab=calendar&span=month&on=2026-12-01", "Work"],
    ["/incidents", "Incidents"],
    [`/incidents/${made.incident}`, "MLflow is down"],
  ] as const;
  const page = await stage.open("/runs");
  for (const [path, heading] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path);
  }
});

test("an approver sees first what is replaced and what cannot be taken back; the approval names the plan", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/runs/${made.putBack}`);
  await settled(page, "Argo CD puts back Deployment mlflow/mlflow");

  await page.getByRole("list", { name: "What is replaced" }).getByText("spec.replicas").waitFor();
  await page.getByRole("list", { name: "What cannot be taken back" }).waitFor();
  await page.getByRole("button", { name: "Approve this plan" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(new RegExp(`^millwright run approve ${made.putBack} --digest [0-9a-f]{64}$`)).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Approve this plan" }).click();
  // A token is no second person: the refusal is shown where it was tried, and nothing has changed.
  await dialog.getByText(/second person/).waitFor();
});

test("a step done by hand is said with what proves it, and the log tells it as it happens", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/runs/${made.checklist}`);
  await settled(page, "Morning round");

  await page.getByRole("button", { name: "Say what came of it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Say what came of it" }).click();
  await dialog.getByText(/say it in 3 letters or more/).waitFor();
  await dialog.getByLabel("What was done, and what came of it").fill("Nothing unusual");
  await dialog.getByRole("button", { name: "Say what came of it" }).click();
  await page.getByRole("log").getByText("done: Look at the dashboards").waitFor();
  await page.getByText(/done: Nothing unusual/).waitFor();
});

test("a step that says how far it is has a bar, and when it is likely to be over", { skip: missing }, async () => {
  const at = new Date().toISOString();
  const far = { store: "mlflow/database", phase: "comparing every table", percent: 40 };
  const lines = [{ at, text: "40 %", far: { ...far, remainingSeconds: 1800, remainingOf: "all" } }];
  await sql`insert into run_events (run_id, at, kind, data)
    values (${made.checklist}, ${at}, 'log', ${JSON.stringify({ lines })}::jsonb)`.execute(stage.api.store.tables());
  const page = await stage.open(`/runs/${made.checklist}`);
  await settled(page, "Morning round");

  const bar = page.getByRole("progressbar", { name: "How far the step is" });
  await bar.waitFor();
  assert.equal(await bar.getAttribute("value"), "40");
  await page
    .getByText(/^mlflow\/database · comparing every table · 40 % · some (?:29|30) min left, until [\d:]+$/)
    .waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);
});

test("of several stores it says in one line how far all of it is, then how far the one whose turn it is", {
  skip: missing,
}, async () => {
  const at = new Date().toISOString();
  const whole = { what: "proofs", done: 3, of: 12, remainingSeconds: 1800 };
  const own = { store: "mlflow/database", phase: "comparing every table", percent: 40 };
  const far = { ...own, remainingSeconds: 600, remainingOf: "all", whole };
  const lines = [{ at, text: "40 %", far }];
  await sql`insert into run_events (run_id, at, kind, data)
    values (${made.checklist}, ${at}, 'log', ${JSON.stringify({ lines })}::jsonb)`.execute(stage.api.store.tables());
  const page = await stage.open(`/runs/${made.checklist}`);
  await settled(page, "Morning round");

  await page.getByRole("progressbar", { name: "How far mlflow/database is" }).waitFor();
  await page
    .getByText(
      /^3 of 12 proofs done, some (?:29|30) min left, until [\d:]+ · mlflow\/database · comparing every table · 40 % · some (?:9|10) min left$/,
    )
    .waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);
});

test("a run is stopped with a reason, and its page says that it ended without losing the connection", {
  skip: missing,
}, async () => {
  const page = await stage.open("/runs/new?procedure=checklist&environment=staging");
  await settled(page, "Start a run");

  assert.ok(await page.getByRole("button", { name: "Show the plan" }).isDisabled());
  await page.getByLabel("Title").first().fill("Evening round");
  await page.getByLabel("Title").nth(1).fill("Look at the queue");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await page.getByRole("list", { name: "Steps of the plan" }).getByText("Look at the queue").waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await page.getByRole("button", { name: "Start this run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start this run" }).click();
  await settled(page, "Evening round");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByLabel("Why it is stopped").fill("Everybody is at lunch");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByText("nothing was taken back").waitFor();
  await page.getByRole("link", { name: /Cancel asked for/ }).waitFor();
  // It was told after the page knew that the run had ended.
  await page
    .getByRole("log")
    .getByText(/Cancel asked for/)
    .waitFor();
  await page.waitForTimeout(2500);
  assert.equal(await page.getByText("Connection lost").count(), 0);
});

test("work says every reason against starting now, and is planned with its change request", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/work/${made.order}`);
  await settled(page, "Move the registry");

  await page.getByText(/no, for \d reasons/).waitFor();
  await page.getByRole("button", { name: "Plan it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Plan it" }).click();
  await dialog.getByText("It changes the platform: link its change request.").waitFor();
  await dialog.getByLabel("Change request").fill("https://git.example.org/platform/-/issues/7");
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("button", { name: "Approve" }).waitFor();
  await page.getByRole("link", { name: "https://git.example.org/platform/-/issues/7" }).waitFor();
});

test("the calendar's week, month and day stand in the address", { skip: missing }, async () => {
  const page = await stage.open("/work?tab=calendar&on=2026-11-25");
  await settled(page, "Work");

  await page.getByText("23 November to 29 November 2026").waitFor();
  await page
    .getByText(/Window: production/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "The week after" }).click();
  await page.waitForURL(/on=2026-12-02/);
  await page.getByText("Month", { exact: true }).click();
  await page.waitForURL(/span=month/);
  await page.getByText("December 2026", { exact: true }).waitFor();
});

test("an incident is taken in hand, noted and resolved; its review is owed before it is closed", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/incidents/${made.incident}`);
  await settled(page, "MLflow is down");

  await page.getByText("502 since <b>the last</b> sync").first().waitFor();
  await page.getByRole("button", { name: "Take it in hand" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take it in hand" }).click();
  await page.getByRole("button", { name: "It is over" }).click();
  await page.getByRole("dialog").getByLabel("What ended it").fill("The earlier image was put back");
  await page.getByRole("dialog").getByRole("button", { name: "It is over" }).click();
  await page.getByText("its review is missing: millwright incident review").waitFor();
  await page.getByRole("button", { name: "Write the review" }).click();
  await page.getByRole("dialog").getByLabel("What made it possible?").fill("A tag that moves");
  assert.deepEqual(await faultsOf(page), []);
  await page.getByRole("dialog").getByRole("button", { name: "Write the review" }).click();
  await page.getByText("yes, nothing is left to be done").waitFor();
});

test("alerts that wait for what is held down are one quiet line above the incidents, which tells each; none are no line", {
  skip: missing,
}, async () => {
  const page = await stage.open("/incidents");
  await settled(page, "Incidents");
  await page.getByText("MLflow is down").first().waitFor();
  assert.equal(await page.getByText(/alerts? waits?:/).count(), 0);

  await seedHeldAlerts(stage.api);
  await page.goto("/incidents");
  await settled(page, "Incidents");
  const line = page.getByText("2 alerts wait: held down by backup run 7", { exact: true });
  await line.waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);
  await line.click();
  await page.getByText("Sidekiq <b>takes</b> no jobs").waitFor();
  await page.getByText("gitlab in production").first().waitFor();
  await page.getByText("millwright incident held").waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);

  await page.goto("/incidents?environment=staging");
  await settled(page, "Incidents");
  assert.equal(await page.getByText(/alerts? waits?:/).count(), 0, "they are of production");
});

test("who may only look is told which role is missing, and nothing is sent", { skip: missing }, async () => {
  const page = await stage.open("/incidents", { as: { "*": "viewer" } });
  await settled(page, "Incidents");

  await page.getByRole("button", { name: "Open an incident" }).click();
  await page.getByText(/This needs the role operator/).waitFor();
  assert.equal(await page.getByRole("dialog").getByRole("button", { name: "Open an incident" }).count(), 0);
});
