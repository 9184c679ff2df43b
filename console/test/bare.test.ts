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
  ["/", "Overview", /No worker lives/],
  ["/guides", "Guides", /no evidence/],
  ["/components", "Components", /An inventory is not set up/],
  ["/components?tab=graph", "Components", /Nothing that is known needs anything/],
  ["/components?tab=matrix", "Components", /No environment runs what the sets are about/],
  ["/work", "Work", /Nothing is to be done/],
  ["/work?tab=calendar", "Work", /not due/],
  ["/runs", "Runs", /Nothing was run yet/],
  ["/findings", "Findings", /Nothing is wrong, as far as was looked/],
  ["/health", "Health", /is not set up/],
  ["/health?tab=metrics", "Health", /No value within the last hour/],
  ["/health?tab=errors", "Health", /No error lines are known/],
  ["/backups", "Backups", /Backing up is not set up/],
  ["/backups?tab=ahead&environment=staging", "Backups", /Backing up staging is not set up/],
  ["/journal", "Journal", /No entry fits this filter/],
  ["/incidents", "Incidents", /No incident is open/],
  ["/documents", "Documents", /The architecture of the platform is not set up/],
  ["/settings", "Settings", /^not set up$/],
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

test("who may not see an environment is told so in place of empty lists, and one step leads to what they may see", {
  skip: missing,
}, async () => {
  const page = await stage.open("/", { as: { staging: "viewer" } });
  for (const [path] of addresses) {
    const address = new URL(path, stage.url);
    address.searchParams.set("environment", "production");
    await page.goto(`${address.pathname}${address.search}`);
    await settled(page, "You may not look into production");
    await page.getByRole("main").getByText("millwright token create NAME --roles production=viewer").waitFor();
  }
  assert.deepEqual(await faultsInAllLooks(page), []);
  await page.getByRole("link", { name: "Show the environments that you may see" }).click();
  await settled(page, "Settings");
});

test("who sees one environment sees no broken page", { skip: missing }, async () => {
  const page = await stage.open("/", { as: { staging: "viewer" } });
  for (const [path, heading] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsOf(page), [], path);
  }
});

test("who has no role at all is told which one is missing and who gives it, and can log out", {
  skip: missing,
}, async () => {
  const page = await stage.open("/findings", { as: {} });

  await page.getByRole("heading", { level: 1, name: "You have no role here yet" }).waitFor();
  await page.getByText("An administrator names you").waitFor();
  assert.equal(await page.getByRole("navigation").count(), 0);
  assert.deepEqual(await faultsInAllLooks(page), []);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { level: 1, name: "Log in to Millwright" }).waitFor();
});

test("who is given a role meanwhile goes on where they wanted to", { skip: missing }, async () => {
  const page = await stage.open("/findings", { as: {} });
  await page.getByRole("heading", { level: 1, name: "You have no role here yet" }).waitFor();

  const actor = { kind: "person", id: "local:kim", name: "Kim" };
  await page.route("**/api/v1/me", (route) => route.fulfill({ json: { actor, roles: { "*": "viewer" } } }));
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("heading", { level: 1, name: "Findings" }).waitFor();
});
