import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { makeDutiesDue } from "./seed-duties.test-support.ts";

let stage: Stage;
let order = "";

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  await makeDutiesDue(stage.api.store);
  order = await ask("Move the registry");
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

/** Asks for a piece of work; its id. */
async function ask(title: string): Promise<string> {
  const body = { title, environment: "staging" };
  const made = await stage.api.ask("POST", "/api/v1/work-orders", { "*": "operator" }, { body });
  return ((await made.json()) as { readonly id: string }).id;
}

test("a duty that is due is done where the calendar shows it, with what proves it", { skip: missing }, async () => {
  const page = await stage.open("/work?tab=calendar&on=2026-11-20");
  await settled(page, "Work");

  const duties = page.getByRole("region", { name: "Duties" });
  const row = duties
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: "Record it" }) })
    .first();
  const title = (await row.locator("strong").textContent()) ?? "";
  await row.getByRole("button", { name: "Record it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(title).waitFor();
  await dialog.getByRole("button", { name: "Record it" }).click();
  await dialog.getByText("What proves it: say it in 10 letters or more.").waitFor();
  await dialog.getByLabel("What proves it").fill("Looked at every dashboard; nothing unusual");
  await dialog
    .getByText(/^millwright duty complete \S+ --evidence 'Looked at every dashboard; nothing unusual'$/)
    .waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Record it" }).click();
  await dialog.waitFor({ state: "detached" });
  const { items } = (await (await stage.api.ask("GET", "/api/v1/duties", { "*": "viewer" })).json()) as {
    readonly items: readonly { readonly title: string; readonly state: string }[];
  };
  assert.equal(items.find((one) => one.title === title)?.state, "waiting");
});

test("another procedure is chosen when work is planned; what it needs to know is asked for, and kept", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/work/${order}`);
  await settled(page, "Move the registry");

  await page.getByRole("button", { name: "Plan it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Who does it" }).click();
  await page.getByRole("option", { name: /^a run of checklist:/ }).click();
  await dialog.getByLabel("Change request").fill("https://git.example.org/platform/-/issues/7");
  await dialog.getByRole("button", { name: "Plan it" }).click();
  await dialog.getByText(/^The procedure needs: /).waitFor();
  await dialog.getByLabel("Title").first().fill("Move it");
  await dialog.getByLabel("Title").nth(1).fill("Copy the bucket");
  await dialog.getByRole("link", { name: "Look at what that run would do" }).waitFor();
  await dialog.getByText(/millwright work plan \S+ .*--procedure checklist --arguments '\{"title":"Move it"/).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Plan it" }).click();
  await dialog.waitFor({ state: "detached" });
  const planned = (await (await stage.api.ask("GET", `/api/v1/work-orders/${order}`, { "*": "viewer" })).json()) as {
    readonly procedure: string;
    readonly state: string;
  };
  assert.equal(planned.procedure, "checklist");
});

test("what was begun on one order is not there on the next", { skip: missing }, async () => {
  const [first] = await Promise.all(["Copy the archive", "Rename the bucket"].map(ask));
  const page = await stage.open(`/work/${first}`);
  await settled(page, "Copy the archive");

  await page.getByRole("button", { name: "Plan it" }).click();
  const request = page.getByRole("dialog").getByLabel("Change request");
  await request.fill("https://git.example.org/platform/-/issues/8");
  await page.keyboard.press("Escape");
  await request.waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What to go to" }).fill("Rename the bucket");
  await page.getByRole("option", { name: /Rename the bucket/ }).click();
  await settled(page, "Rename the bucket");
  await page.getByRole("button", { name: "Plan it" }).click();
  assert.equal(await request.inputValue(), "");
});
