import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { systems } from "../../src/systems/index.ts";
import { faultsInAllLooks, faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { backedUp, named, repository, seedBackups, seedSilence } from "./seed-backups.test-support.ts";

let stage: Stage;

before(async () => {
  if (missing !== false) return;
  stage = await openStage({ server: backedUp, runner: repository, systems });
  await seedBackups(stage.api.store);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

const addresses: readonly (readonly [path: string, heading: string])[] = [
  ["/backups", "Backups"],
  ["/backups?state=failed", "Backups"],
  ["/backups?environment=staging", "Backups"],
  ["/backups?tab=points", "Backups"],
  ["/backups?tab=objectives&environment=production", "Backups"],
  ["/backups?tab=ahead", "Backups"],
  ["/backups?tab=repositories", "Backups"],
  ["/backups/stores/production/mlflow/database", "mlflow/database in production"],
  ["/backups/stores/production/gitlab/redis", "gitlab/redis in production"],
  ["/backups/stores/production/nobody/knows", "nobody/knows in production"],
  [`/backups/${named.proven}`, "Backup of mlflow/database"],
  [`/backups/${named.failed}`, "Backup of gitlab/database"],
  [`/backups/${named.lost}`, "Backup of keycloak/database"],
  [`/backups/points/${named.point}`, "Recovery point of production"],
  ["/backups/nothing", "Backup nothing"],
];

test("backups are for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const page = await stage.open("/backups");
  for (const [path, heading] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path);
  }
});

test("the worst store stands first and says why; one step leads to its restore points, another to what differs", {
  skip: missing,
}, async () => {
  const page = await stage.open("/backups");
  await settled(page, "Backups");

  const stores = page.getByRole("grid", { name: "Stores" });
  await stores.getByText("gitlab/redis").waitFor();
  const rows = await stores.locator("[aria-rowindex]").allTextContents();
  assert.match(rows[1] ?? "", /proof failedgitlab\/database/);
  assert.match(rows[2] ?? "", /no backupsharinghub\/database/);
  assert.match(rows.at(-1) ?? "", /disposablegitlab\/redisa cache that fills itself again/);
  await page.getByRole("heading", { name: "Nothing of staging is backed up" }).waitFor();
  await page
    .getByText(/gitlab\/repositories \(.*\)/)
    .first()
    .waitFor();
  await stores.getByText("gitlab/database").first().click();
  await settled(page, "gitlab/database in production");
  await page.getByRole("grid", { name: "Backups of this store" }).getByText(named.failed).click();
  await settled(page, "Backup of gitlab/database");
  await page.getByText("public.users: 812 rows, and 813 were counted").waitFor();
  await page.getByText("It has none: only what was restored and compared whole has a receipt.").waitFor();
});

test("a time line is walked by arrows, opens by Enter, and stands in a table too", { skip: missing }, async () => {
  const page = await stage.open("/backups?tab=points&environment=production");
  await settled(page, "Backups");

  const line = page.getByRole("group", { name: /^Restore points of production/ });
  await line.locator('a[tabindex="0"]').focus();
  await page.getByText("longer without a backup than may be lost").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.locator('a:focus[aria-label^="gitlab/database, "][aria-label$=" its proof failed"]').waitFor();
  await page.keyboard.press("Enter");
  await settled(page, "Backup of gitlab/database");
  await page.goBack();
  await page.getByRole("button", { name: "Show as table" }).click();
  await page
    .getByRole("region", { name: "Restore points" })
    .getByRole("row", { name: /gone, and not by us/ })
    .waitFor();
  await page.getByRole("region", { name: "Recovery points" }).getByText("unfenced").waitFor();
});

test("a proven backup shows what it covers and what not, and its receipt's line when asked", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/backups/${named.proven}`);
  await settled(page, "Backup of mlflow/database");

  await page.getByText("database mlflow, 12 tables, 3007 rows").waitFor();
  await page.getByText("the artifacts of its runs").waitFor();
  await page.getByRole("button", { name: "Show the line for a ticket" }).click();
  await page.getByText(`millwright-receipt-1.of-${named.proven}`).waitFor();
  await page.getByText(`millwright backup receipt ${named.proven}`).waitFor();
});

test("a recovery point says who did not write, and which row finds no object", { skip: missing }, async () => {
  const page = await stage.open(`/backups/points/${named.point}`);
  await settled(page, "Recovery point of production");

  await page.getByText(/deployment mlflow\/mlflow did not write/).waitFor();
  await page.getByText("models/8", { exact: true }).waitFor();
  await page
    .getByRole("row", { name: /each registered model's artifact is there failed 40 models\/7 is gone/ })
    .waitFor();
});

test("while the repository is asked, the page says what for", { skip: missing }, async () => {
  const page = await stage.open("/backups");
  for (const [address, call, words] of [
    [`/backups/${named.proven}`, "**/api/v1/backups/*/content", "The repository is asked what this backup covers"],
    [
      `/backups/points/${named.point}`,
      "**/api/v1/recovery-points/*",
      "The repository is asked which backups this point",
    ],
  ] as const) {
    const answer = Promise.withResolvers<void>();
    await page.route(call, async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.goto(address);
    await page.getByText(words).waitFor();
    answer.resolve();
    await page.getByText(words).waitFor({ state: "detached" });
  }
});

test("backing up and proving are runs, and each shows its command", { skip: missing }, async () => {
  const page = await stage.open("/backups?environment=production");
  await settled(page, "Backups");

  await page.getByRole("button", { name: "Back up now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("millwright backup start --environment production --class by-hand").waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Back up now" }).click();
  await page.waitForURL(/\/runs\/[^?]+/);
  await page.getByText("Back up every store, restore each and compare").first().waitFor();

  await page.goto(`/backups/${named.failed}`);
  await settled(page, "Backup of gitlab/database");
  await page.getByRole("button", { name: "Prove it" }).click();
  await page.getByRole("dialog").getByText(`millwright backup reprove ${named.failed}`).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Prove it" }).click();
  await page.waitForURL(/\/runs\/[^?]+/);
  await page.getByText(`Restore ${named.failed} into what is thrown away, and compare`).first().waitFor();
});

test("what retention would remove is shown with why before its run is started", { skip: missing }, async () => {
  const page = await stage.open("/backups?tab=ahead&environment=production&on=2027-01-15");
  await settled(page, "Backups");

  await page.getByText("millwright backup outlook 2027-01-15 --environment production").first().waitFor();
  await page.getByRole("button", { name: "Ask the repository" }).click();
  await page.getByText("older than 14 days").waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);
  await page.getByRole("button", { name: "Remove these" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^Removed from the repository of production for good, .*: 1 backup\. Its run/)
    .waitFor();
});

test("what could be lost between proven backups and how long bringing back takes are charted beside a table, with drills, their reports and the next ones", {
  skip: missing,
}, async () => {
  const page = await stage.open("/backups?tab=objectives&environment=production");
  await settled(page, "Backups");

  const mlflow = page.getByRole("region", { name: "mlflow in production" });
  await mlflow.scrollIntoViewIfNeeded();
  await mlflow.getByText(/back in .* of/).waitFor();
  await mlflow.locator("figure", { hasText: "Back after" }).getByRole("button", { name: "Show as table" }).click();
  await mlflow.getByRole("region", { name: "Back after" }).getByRole("row").nth(2).waitFor();
  await mlflow.getByText(/between the last two proven backups; .* in the time on screen/).waitFor();
  const between = mlflow.locator("figure", { hasText: "Between proven backups" });
  await between.getByRole("button", { name: "Show as table" }).click();
  await mlflow.getByRole("region", { name: "Between proven backups" }).getByRole("row").nth(2).waitFor();
  await page.getByText(/Everything of production: begins/).waitFor();
  await page.getByText("mlflow/database took 266.7 minutes, and may take 240").waitFor();
  const address = await page.getByRole("link", { name: "Report of drill-all" }).getAttribute("href");
  const report = await page.request.get(new URL(address ?? "", page.url()).href);
  assert.equal(report.status(), 200);
  assert.match(await report.text(), /<h1>Restore drill of <code>production<\/code>/);
  const json = await page.request.get(new URL((address ?? "").replace(/\.html$/, ""), page.url()).href);
  assert.equal(((await json.json()) as { report: { id: string } }).report.id, "drill-all");

  await page.goto("/backups?tab=repositories");
  await settled(page, "Backups");
  await page.getByText(/4.1 GB, equal data counted once; it grew by 70 MB a day/).waitFor();
});

test("debris is looked for and is never called a backup", { skip: missing }, async () => {
  const page = await stage.open("/backups?tab=repositories");
  await settled(page, "Backups");

  await page.getByRole("button", { name: "Look for debris" }).click();
  await page.getByText("a part without a sealed manifest").waitFor();
  await page
    .getByText(/shown next/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Look into the second repository" }).click();
  await page.getByText("No second repository is declared").waitFor();
  assert.deepEqual(await faultsOf(page), []);
});

test("who may only look is told which role is missing; who may not see an environment sees nothing of it", {
  skip: missing,
}, async () => {
  const viewer = await stage.open("/backups", { as: { "*": "viewer" } });
  await settled(viewer, "Backups");
  await viewer.getByRole("button", { name: "Back up now" }).click();
  await viewer.getByText(/This needs the role operator/).waitFor();
  await viewer.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();

  const stranger = await stage.open("/backups?environment=production", { as: { staging: "viewer" } });
  await settled(stranger, "You may not look into production");
  await stranger.getByText("This needs the role viewer").waitFor();
  assert.equal(await stranger.getByText("mlflow/database").count(), 0);
  await stranger.goto(`/backups/${named.proven}`);
  await settled(stranger, `Backup ${named.proven}`);
  await stranger.getByText(`There is no backup ${named.proven}.`).waitFor();
});

test("while the repository does not answer nothing is called proven, and what was seen stays", {
  skip: missing,
}, async () => {
  await seedSilence(stage.api.store);
  const page = await stage.open("/backups");
  await settled(page, "Backups");

  await page.getByText("The repository of production does not answer").waitFor();
  const stores = page.getByRole("grid", { name: "Stores" });
  await stores.getByText("mlflow/database").first().waitFor();
  const rows = await stores.locator("[aria-rowindex]").allTextContents();
  assert.ok(rows.some((row) => row.startsWith("unknownmlflow/database")));
  assert.ok(!rows.some((row) => row.startsWith("proven")));
  assert.deepEqual(await faultsInAllLooks(page), []);
});
