import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsInAllLooks, faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { endpoints, seedHealth } from "./seed-health.test-support.ts";

let stage: Stage;

before(async () => {
  if (missing !== false) return;
  stage = await openStage({ server: endpoints });
  await seedHealth(stage.api);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

const gitlab = "/health/production/gitlab";
const addresses: readonly (readonly [path: string, heading: string])[] = [
  ["/health", "Health"],
  ["/health?health=unknown", "Health"],
  ["/health?tab=metrics&span=7d", "Health"],
  ["/health?tab=errors", "Health"],
  [gitlab, "gitlab in production"],
  [`${gitlab}?tab=charts&span=7d`, "gitlab in production"],
  [`${gitlab}?tab=history`, "gitlab in production"],
  ["/health/production/mlflow?tab=errors", "mlflow in production"],
  ["/health/production/nothing", "nothing in production"],
];

test("health is for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const page = await stage.open("/health");
  for (const [path, heading] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path);
  }
});

test("the worst stands first, says why, and whom to look at is one step away", { skip: missing }, async () => {
  const page = await stage.open("/health");
  await settled(page, "Health");

  await page.getByRole("grid").locator('[aria-rowindex="3"]').waitFor();
  const [first, second] = await page
    .getByRole("grid")
    .locator('[aria-rowindex="2"], [aria-rowindex="3"]')
    .allTextContents();
  assert.match(first ?? "", /unhealthypostgresqlstatus: connection refused at 10\.0\.3\.7:5432/);
  assert.match(second ?? "", /affectedmlflowLook at postgresql first/);
  await page.getByText("Look at postgresql first").click();
  await settled(page, "mlflow in production");
  await page.getByRole("link", { name: "postgresql" }).click();
  await settled(page, "postgresql in production");
  await page.getByText("connection refused at 10.0.3.7:5432").first().waitFor();
});

test("a key metric that does not exist says so, and one that is measured is drawn with what was changed", {
  skip: missing,
}, async () => {
  const page = await stage.open("/health?tab=metrics&span=7d");
  await settled(page, "Health");

  const catalogue = page.getByRole("region", { name: "SharingHub: time to regenerate the catalogue" });
  await catalogue.getByText("absent by design").waitFor();
  await catalogue.getByText(/No catalogue is stored or regenerated/).waitFor();
  const queue = page.getByRole("region", { name: "GitLab: depth of Sidekiq's queues, production" });
  await queue.locator("canvas").waitFor();
  await queue.getByRole("link", { name: /Sidekiq moved to another node/ }).waitFor();
  await queue.getByRole("button", { name: "Show as table" }).click();
  await queue.getByRole("row").nth(20).waitFor();
});

test("without endpoints health is not set up, and says how it is", { skip: missing }, async () => {
  const page = await stage.open("/health?environment=staging");
  await settled(page, "Health");

  await page.getByText("Asking components of staging is not set up").waitFor();
  assert.deepEqual(await faultsOf(page), []);
});

test("whoever may not see an environment sees nothing of its health", { skip: missing }, async () => {
  const page = await stage.open("/health", { as: { staging: "viewer" } });
  await settled(page, "Health");

  assert.equal(await page.getByText("postgresql").count(), 0);
});
