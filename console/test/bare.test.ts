import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsInAllLooks, faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";

/*
 * A server on which nothing has happened yet, and one that somebody may not look into: no page is broken by either, and each says
 * why it is bare.
 */

let stage: Stage;

before(async () => {
  if (missing === false) stage = await openStage();
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

/** Each address with its heading and what it says while there is nothing. */
const addresses: readonly (readonly [path: string, heading: string, says: RegExp])[] = [
  ["/", "Overview", /./],
  ["/guides", "Guides", /./],
  ["/components", "Components", /./],
  ["/components?tab=graph", "Components", /./],
  ["/components?tab=matrix", "Components", /./],
  ["/work", "Work", /./],
  ["/work?tab=calendar", "Work", /./],
  ["/runs", "Runs", /Nothing was run yet/],
  ["/findings", "Findings", /Nothing is wrong, as far as was looked/],
  ["/health", "Health", /is not set up/],
  ["/health?tab=metrics", "Health", /./],
  ["/health?tab=errors", "Health", /./],
  ["/backups", "Backups", /Backing up is not set up/],
  ["/backups?tab=ahead&environment=staging", "Backups", /Backing up staging is not set up/],
  ["/journal", "Journal", /./],
  ["/incidents", "Incidents", /./],
  ["/documents", "Documents", /./],
  ["/settings", "Settings", /./],
];

test("where nothing has happened yet each page says so, in both themes and on both widths", {
  skip: missing,
}, async () => {
  const page = await stage.open("/");
  for (const [path, heading, says] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    await page.getByRole("main").getByText(says).first().waitFor();
    assert.deepEqual(await faultsInAllLooks(page), [], path);
  }
});

test("who may not see an environment sees no broken page of it", { skip: missing }, async () => {
  const page = await stage.open("/", { as: { staging: "viewer" } });
  for (const [path, heading] of addresses) {
    const address = new URL(path, stage.url);
    address.searchParams.set("environment", "production");
    await page.goto(`${address.pathname}${address.search}`);
    await settled(page, heading);
    assert.deepEqual(await faultsOf(page), [], path);
  }
});

test("who has no role at all is told which one is missing, and who gives it", { skip: missing }, async () => {
  const page = await stage.open("/findings", { as: {} });

  await page.getByRole("heading", { name: "This needs the role viewer" }).waitFor();
  await page.getByText("An administrator gives roles").waitFor();
  assert.deepEqual(await faultsOf(page), []);
});
