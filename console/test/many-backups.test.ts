import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Page } from "playwright-core";
import { comesTrue, faultsInAllLooks, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { repository } from "./seed-backups.test-support.ts";
import { longName, longPlatform, manyStores, seedMany, seedRemoval } from "./seed-many.test-support.ts";

let stage: Stage;
let backups: readonly string[] = [];
let removal = "";

before(async () => {
  if (missing !== false) return;
  stage = await openStage({ platform: longPlatform, server: manyStores, runner: repository });
  backups = await seedMany(stage.api);
  removal = await seedRemoval(stage.api, backups.slice(0, 120), 1.2e9);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

/** Texts of cells that stand out of their row, over the rows beside it. */
const outOfTheirRows = `[...document.querySelectorAll('.mw-table-body > [role="row"]')].flatMap((row) => {
  const { top, bottom } = row.getBoundingClientRect();
  return [...row.querySelectorAll("*")].filter((one) => {
    const place = one.getBoundingClientRect();
    return place.height > 0 && (place.top < top - 1 || place.bottom > bottom + 1);
  });
})`;

test("an environment of sixty letters and a hundred stores break no page, on either width", {
  skip: missing,
}, async () => {
  const page = await stage.open("/backups");
  for (const [path, heading] of [
    ["/backups", "Backups"],
    ["/backups?tab=points", "Backups"],
    [`/backups?tab=objectives&environment=${longName}`, "Backups"],
    ["/backups?tab=repositories", "Backups"],
    [
      `/backups/stores/${longName}/component-with-a-rather-long-name-7/database`,
      `component-with-a-rather-long-name-7/database in ${longName}`,
    ],
    ["/runs", "Runs"],
    [`/runs/${removal}`, "Remove 120 backups"],
  ] as const) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path);
    assert.equal(await page.evaluate<number>(`${outOfTheirRows}.length`), 0, path);
  }
});

test("a removal that waits is one step from its repository, and whoever agrees sees each backup that goes", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/backups?tab=repositories&environment=${longName}`);
  await settled(page, "Backups");

  await page.getByText(/A removal waits for somebody to agree; it frees 1\.2 GB, since 2026-11-20 10:00/).waitFor();
  await page.getByRole("link", { name: "A removal waits for somebody to agree" }).click();
  await page.waitForURL(new RegExp(`/runs/${removal}`));
  await settled(page, "Remove 120 backups");

  const asked = page.locator("section", { has: page.getByRole("heading", { name: /Somebody has to agree/ }) });
  await asked.getByText("120 backups would be removed").click();
  const goes = asked.getByRole("list", { name: "Backups that would be removed" }).getByRole("link");
  assert.deepEqual(await goes.allTextContents(), backups.slice(0, 120));
  await asked.getByText(/and 117 more$/).waitFor();
  assert.deepEqual(await faultsInAllLooks(page), []);
});

test("of many names the first are told, and the rest by one key", { skip: missing }, async () => {
  const page = await stage.open(`/backups?tab=repositories&environment=${longName}`);
  await settled(page, "Backups");

  const sixtieth = page.getByText(/component-with-a-rather-long-name-60\/database/);
  assert.equal(await sixtieth.count(), 0);
  await page.getByRole("button", { name: "and 97 more" }).focus();
  await page.keyboard.press("Enter");
  await sixtieth.waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "and 97 more" }).waitFor();
});

test("the end of a long list is one key away", { skip: missing }, async () => {
  const page = await stage.open(`/backups?environment=${longName}`);
  await settled(page, "Backups");

  await page.locator('[aria-rowindex="2"]').focus();
  await page.keyboard.press("End");
  await page.locator('[aria-rowindex="103"]:focus').waitFor();
  await page.keyboard.press("Home");
  await page.locator('[aria-rowindex="2"]:focus').waitFor();
});

test("what is asked of a repository takes the keyboard along: nobody is thrown back to the head of the page", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/backups?tab=repositories&environment=${longName}`);
  await settled(page, "Backups");

  await page.getByRole("button", { name: "Look for debris" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".mw-bk-asked:focus").getByText("a part without a sealed manifest").waitFor();
});

test("a chart names its lines as they are drawn, its limit alike everywhere, and keeps its height while one points at it", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/backups?tab=objectives&environment=${longName}`);
  await settled(page, "Backups");

  const card = page.getByRole("region", { name: `component-with-a-rather-long-name-7 in ${longName}` });
  await card.scrollIntoViewIfNeeded();
  const [lost, between] = [
    await limitOf(page, card, "Could be lost"),
    await limitOf(page, card, "Between proven backups"),
  ];
  assert.equal(lost, between);
  assert.match(lost, /dotted/);
  const figure = card.locator("figure", { has: page.getByText("Could be lost", { exact: true }) });
  const before = (await figure.boundingBox())?.height;
  await figure.locator(".u-over").hover();
  await figure
    .getByText(/^\d+(\.\d+)? h$/)
    .first()
    .waitFor();
  assert.equal((await figure.boundingBox())?.height, before);
});

/** How a chart's legend draws what may be lost. */
async function limitOf(page: Page, card: ReturnType<Page["locator"]>, title: string): Promise<string> {
  const marker = card
    .locator("figure", { has: page.getByText(title, { exact: true }) })
    .locator(".u-series", { hasText: "may be lost" });
  await marker.locator(".u-marker").waitFor({ state: "attached" });
  await comesTrue(page, "document.fonts.status === 'loaded'");
  return marker.locator(".u-marker").evaluate<string, HTMLElement>((one) => getComputedStyle(one).borderTop);
}

test("on a time line of very many lanes the mark that arrows lead to is in view, and so is what is told of it", {
  skip: missing,
}, async () => {
  const page = await stage.open(`/backups?tab=points&environment=${longName}`);
  await settled(page, "Backups");

  await page.locator('.mw-bk-line a[tabindex="0"]').focus();
  for (let lane = 0; lane < 20; lane += 1) await page.keyboard.press("ArrowDown");
  await page.locator('a:focus[aria-label^="component-with-a-rather-long-name-20/"]').waitFor();
  const told = page.locator(".mw-bk-shown", { hasText: "component-with-a-rather-long-name-20/database" });
  const [mark, line] = [await page.locator("a:focus").boundingBox(), await told.boundingBox()];
  assert.ok(mark !== null && line !== null);
  assert.ok(mark.y > 46 && mark.y + mark.height <= line.y, "what is told covers the mark");
  assert.ok(line.y + line.height <= 900, "what is told is out of view");
});
