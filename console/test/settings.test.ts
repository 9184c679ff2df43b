import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsInAllLooks, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { seedFindings } from "./seed.test-support.ts";

let stage: Stage;

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  await seedFindings(stage.api.store, 4);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

test("every part of the settings is for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const page = await stage.open("/settings");
  for (const tab of ["parts", "platform", "server", "sources", "access", "secrets", "messages", "workings"]) {
    await page.goto(`/settings?tab=${tab}`);
    await settled(page, "Settings");
    assert.deepEqual(await faultsInAllLooks(page), [], tab);
  }
});

test("what is not set up says how it is", { skip: missing }, async () => {
  const page = await stage.open("/settings");
  await settled(page, "Settings");

  const row = page.getByRole("row", { name: /Login/ });
  await row.getByText("not set up").waitFor();
  await row.getByText("Name your OpenID provider under login").waitFor();
});

test("a token is made, shown this once, and revoked after it was said what that does", { skip: missing }, async () => {
  const page = await stage.open("/settings?tab=access");
  await settled(page, "Settings");

  await page.getByRole("button", { name: "Make a token" }).click();
  const dialog = page.getByRole("dialog", { name: "Make a token" });
  await dialog.getByRole("button", { name: "Make a token" }).click();
  await dialog.getByText("Say what it is for.").waitFor();
  await dialog.getByLabel("What it is for").fill("nightly");
  await dialog.getByText("millwright token create nightly --roles '*=viewer' --days 90").waitFor();
  await dialog.getByRole("button", { name: "Make a token" }).click();
  const secret = page.getByRole("dialog", { name: "The token, this once" });
  const text = (await secret.getByLabel("Token", { exact: true }).textContent()) ?? "";
  assert.match(text, /^mw_/);
  await page.keyboard.press("Escape");
  await secret.waitFor({ state: "detached" });
  assert.equal((await page.content()).includes(text), false);

  const row = page.getByRole("row", { name: /nightly/ });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByText("every login made with it end at once").waitFor();
  await page.getByRole("dialog", { name: "Revoke" }).getByRole("button", { name: "Revoke" }).click();
  await row.getByText("revoked").waitFor();
  const refused = await fetch(`${stage.url}/api/v1/me`, { headers: { authorization: `Bearer ${text.trim()}` } });
  assert.equal(refused.status, 401);
});
