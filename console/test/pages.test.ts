import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { sql } from "kysely";
import type { Page, Request } from "playwright-core";
import { within } from "../../lab/running.test-support.ts";
import {
  comesTrue,
  faultsInAllLooks,
  faultsOf,
  missing,
  openStage,
  patienceSeconds,
  type Stage,
  settled,
  told,
} from "./browser.test-support.ts";
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

test("findings: by the middle button, and by Ctrl, a row opens in a tab of its own, and the list stays", {
  skip: missing,
}, async () => {
  const page = await stage.open("/findings?severity=critical");
  await settled(page, "Findings");
  const row = page.getByRole("grid", { name: "Findings" }).locator('[aria-rowindex="3"]');
  for (const click of [() => row.click({ button: "middle" }), () => row.click({ modifiers: ["Control"] })]) {
    const opened = page.context().waitForEvent("page");
    await click();
    const beside = await opened;
    await beside.waitForURL(/\/findings\/[0-9a-f]{16}\?severity=critical/);
    await beside.getByText("Name a version and a digest.").waitFor();
    await beside.close();
  }
  assert.match(page.url(), /\/findings\?severity=critical$/);
});

test("findings: a list that is short is drawn whole, for whoever looks for a word in it or prints it", {
  skip: missing,
}, async () => {
  const page = await stage.open("/findings?severity=critical");
  await settled(page, "Findings");
  await scrolledUntil(page, "75 rows, all there are");
  await page.evaluate("scrollTo(0, 0)");
  await page.locator('.mw-table-body > [role="row"]:nth-child(75)').waitFor();
  assert.equal(await page.locator('.mw-table-body > [role="row"]').count(), 75);
});

test("findings: only rows in view are drawn, and the last one is reached", { skip: missing }, async () => {
  const page = await stage.open("/findings");
  await settled(page, "Findings");

  assert.ok((await page.getByRole("row").count()) < 60);
  await scrolledUntil(page, "300 rows, all there are");
});

test("findings: on a screen that is turned rows stand below each other as before", { skip: missing }, async () => {
  const page = await stage.open("/findings");
  await settled(page, "Findings");

  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    // Each row's lower edge is the next one's upper one.
    await comesTrue(
      page,
      `(() => {
      const rows = [...document.querySelectorAll('.mw-table-body > [role="row"]')].map((row) => row.getBoundingClientRect());
      return rows.length > 5 && rows.every(({ bottom }, index) => index + 1 === rows.length || Math.abs(rows[index + 1].top - bottom) < 1);
    })()`,
    );
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

/** Down and down, as further pages come. */
async function scrolledUntil(page: Page, foot: string): Promise<void> {
  await within(2 * patienceSeconds, foot, async () => {
    await page.mouse.wheel(0, 6000);
    return page.getByText(foot).isVisible();
  });
}

/** The pages of findings that are asked for from now on: "head" and cursors. `quiet` waits until all came and no other follows. */
function pagesAsked(page: Page) {
  const asked: string[] = [];
  const underWay = new Set<Request>();
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (!pathname.endsWith("/findings")) return;
    asked.push(searchParams.get("cursor") ?? "head");
    underWay.add(request);
  });
  page.on("requestfinished", (request) => underWay.delete(request));
  page.on("requestfailed", (request) => underWay.delete(request));
  const quiet = (): Promise<void> =>
    within(patienceSeconds, "the list is read", async () => {
      const before = asked.length;
      await page.waitForTimeout(1000);
      return asked.length === before && underWay.size === 0;
    });
  return { asked, quiet };
}

/** From the middle back to the second page, which was kept, while another is on its way. */
async function scrolledWhileRead(page: Page, asked: readonly string[], change: () => Promise<unknown>): Promise<void> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/\/findings\?.*cursor=/, async (route) => {
    await held;
    await route.continue();
  });
  const before = asked.length;
  const head = page.waitForResponse((answer) => /\/findings\?(?!.*cursor=)/.test(answer.url()));
  await change();
  const { next } = (await (await head).json()) as { readonly next: string };
  await within(patienceSeconds, "the head is there, and a page is on its way", () => asked.length >= before + 2);
  assert.equal(asked.slice(before).includes(next), false, "the second page is out of view");
  await page.evaluate("window.scrollTo(0, 7200)");
  await page.locator('[data-index="150"]').waitFor();
  letGo();
  await within(patienceSeconds, "what came into view while another was read is read too", () =>
    asked.slice(before).includes(next),
  );
}

test("findings: when something changes the list's head and what is in view are read anew, the rest once it comes into view", {
  skip: missing,
}, async () => {
  const long = await openStage();
  try {
    await seedFindings(long.api.store, 900);
    const page = await long.open("/findings");
    await settled(page, "Findings");
    await scrolledUntil(page, "900 rows, all there are");
    await told(page);
    const { asked, quiet } = pagesAsked(page);

    const [first] = await seedFindings(long.api.store, 900);
    const change = () =>
      sql`insert into finding_event (finding_id, at, kind, source)
        values (${first?.id}, now(), 'changed', 'repository:platform')`.execute(long.api.store.tables());
    await change();
    await within(patienceSeconds, "the list is read anew", () => asked.length > 1);
    await quiet();
    assert.equal(asked[0], "head");
    // Each once: the seed and the change may be told one after the other.
    const read = new Set(asked).size;
    assert.ok(read > 1 && read < 5, `${read} pages of nine were read`);
    const before = asked.length;

    await page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)");
    await comesTrue(page, "window.scrollY > 10000");
    await within(patienceSeconds, "what comes into view is read", () => asked.length > before);

    await quiet();
    await scrolledWhileRead(page, asked, change);

    await seedFindings(long.api.store, 901);
    await page.getByText("900 of 901 rows").waitFor();
    assert.deepEqual(await faultsOf(page), []);
  } finally {
    await long.leave();
    await long.close();
  }
});
