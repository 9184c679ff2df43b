import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsInAllLooks, faultsOf, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { seedFindings, seedJournal } from "./seed.test-support.ts";

let stage: Stage;
let finding = "";

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  const findings = await seedFindings(stage.api.store, 300);
  finding = findings.find(({ severity }) => severity === "critical")?.id ?? "";
  await seedJournal(stage.api.store, 12);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

/** Each address with the heading by which it is known. */
const addresses: readonly (readonly [path: () => string, heading: string])[] = [
  [() => "/findings", "Findings"],
  [() => `/findings/${finding}`, "An image is not pinned"],
  [() => "/journal", "Journal"],
  [() => "/journal?tab=report&on=2026-11-20", "Journal"],
  [() => "/journal?tab=whole", "Journal"],
  [() => "/journal/12", "Cleaned <img"],
];

test("every page is for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const page = await stage.open("/findings");
  for (const [path, heading] of addresses) {
    await page.goto(path());
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path());
  }
});

test("findings: a filter stands in the address, arrows move, Enter opens, Back finds the same list", {
  skip: missing,
}, async () => {
  const page = await stage.open("/findings");
  await settled(page, "Findings");

  await page.getByRole("button", { name: /critical/ }).click();
  await page.waitForURL(/severity=critical/);
  await page.getByText("75 rows, all there are").waitFor();
  const rows = page.getByRole("grid", { name: "Findings" });
  await rows.locator('[aria-rowindex="2"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.locator('[aria-rowindex="3"]:focus').waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/findings\/[0-9a-f]{16}\?severity=critical/);
  await page.getByText("Name a version and a digest.").waitFor();
  await page.getByText(/^millwright finding show [0-9a-f]{16}$/).waitFor();
  await page.goBack();
  await page.getByText("75 rows, all there are").waitFor();
});

test("findings: only rows in view are drawn, and the last one is reached", { skip: missing }, async () => {
  const page = await stage.open("/findings");
  await settled(page, "Findings");

  assert.ok((await page.getByRole("row").count()) < 60);
  for (let round = 0; round < 30 && !(await page.getByText("300 rows, all there are").isVisible()); round += 1) {
    await page.mouse.wheel(0, 6000);
    await page.waitForTimeout(100);
  }
  await page.getByText("300 rows, all there are").waitFor();
});

test("findings: on a screen that is turned rows stand below each other as before", { skip: missing }, async () => {
  const page = await stage.open("/findings");
  await settled(page, "Findings");

  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    // Each row's lower edge is the next one's upper one.
    await page.waitForFunction(`(() => {
      const rows = [...document.querySelectorAll('.mw-table-body > [role="row"]')].map((row) => row.getBoundingClientRect());
      return rows.length > 5 && rows.every(({ bottom }, index) => index + 1 === rows.length || Math.abs(rows[index + 1].top - bottom) < 1);
    })()`);
  }
});

test("findings: the lines that suppress one are written, and nothing is changed", { skip: missing }, async () => {
  const page = await stage.open(`/findings/${finding}`);
  await settled(page, "An image is not pinned");

  await page.getByRole("button", { name: "Suppress…" }).click();
  await page.getByLabel("Why it can wait").fill("The registry is our own");
  await page.getByText(`finding: "${finding}"`).waitFor();
  assert.deepEqual(await faultsOf(page), []);
});

test("what people wrote is text, never markup", { skip: missing }, async () => {
  const page = await stage.open("/journal/12");
  await settled(page, "Cleaned <img src=x onerror=alert(1)> the runner's disk");

  assert.equal(await page.locator("img[src=x]").count(), 0);
});

test("journal: work done by hand is written once, and stands there at once", { skip: missing }, async () => {
  const page = await stage.open("/journal");
  await settled(page, "Journal");

  await page.getByRole("button", { name: "Write an entry" }).click();
  await page.getByLabel("What was done").fill("Looked at the backups");
  assert.deepEqual(await faultsOf(page), []);
  await page.getByRole("dialog").getByRole("button", { name: "Write an entry" }).click();
  await page.getByRole("grid").getByText("Looked at the backups").waitFor();
  const { items } = (await (
    await stage.api.ask("GET", "/api/v1/journal/entries?kind=note&text=Looked", { "*": "viewer" })
  ).json()) as {
    readonly items: readonly { readonly task: string }[];
  };
  assert.deepEqual(
    items.map(({ task }) => task),
    ["Looked at the backups"],
  );
});
