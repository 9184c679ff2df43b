import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
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
} from "./browser.test-support.ts";
import { seedFindings } from "./seed.test-support.ts";
import { seedComponents } from "./seed-components.test-support.ts";
import { makeDutiesDue } from "./seed-duties.test-support.ts";

let stage: Stage;

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  await seedFindings(stage.api.store, 24);
  await seedComponents(stage.api.store, 40);
  await makeDutiesDue(stage.api.store);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

const addresses: readonly (readonly [path: string, heading: string])[] = [
  ["/", "Overview"],
  ["/?kind=due", "Overview"],
  ["/guides", "Guides"],
  ["/guides?text=nothing-has-this", "Guides"],
  ["/guides/A.10", "A.10 GitLab"],
  ["/components", "Components"],
  ["/components?tab=graph", "Components"],
  ["/components?tab=graph&of=redis", "Components"],
  ["/components?tab=graph&as=table", "Components"],
  ["/components?tab=matrix", "Components"],
  ["/components/gitlab", "gitlab"],
];

for (const [path, heading] of addresses) {
  test(`${path} is for everybody, narrow and wide, light and dark`, { skip: missing }, async () => {
    const page = await stage.open(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), []);
  });
}

test("overview: three worst stand first, a kind stands in the address, and a duty is recorded where it is told of", {
  skip: missing,
}, async () => {
  const page = await stage.open("/");
  await settled(page, "Overview");

  const worst = page.getByRole("region", { name: "The worst three" }).getByRole("listitem");
  await worst.nth(2).waitFor();
  assert.equal(await worst.count(), 3);
  const due = page.getByRole("group", { name: "Lines by kind" });
  await due.getByRole("button", { name: /due$/ }).click();
  await page.waitForURL(/\?kind=due$/);
  await due.getByRole("button", { name: /due$/, pressed: true }).waitFor();
  const before = await page.getByRole("button", { name: /^Record it/ }).count();
  await page
    .getByRole("button", { name: /^Record it/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Record it" }).click();
  await dialog.getByText("What proves it: this is asked for.").waitFor();
  await dialog.getByLabel("What proves it").fill("No new errors, the backup of 03:00 is there");
  await dialog.getByText(/duty complete \S+ --evidence 'No new errors, the backup of 03:00 is there'$/).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog.getByRole("button", { name: "Record it" }).click();
  await dialog.waitFor({ state: "detached" });
  await comesTrue(page, `document.querySelectorAll('button[aria-label^="Record it"]').length === ${before - 1}`);
});

test("overview: of a long list only what is in view is drawn, all of it is reached, and each says which of how many it is", {
  skip: missing,
}, async () => {
  const page = await stage.open("/");
  await page.route(/\/api\/v1\/overview\?.*kind=exposed/, async (route) => {
    const response = await route.fetch();
    const found = (await response.json()) as { readonly lines: readonly object[] };
    const lines = Array.from({ length: 600 }, (_, index) => ({
      ...found.lines[0],
      id: `exposed/${index}`,
      title: `Exposed ${index}`,
      why: "somebody can read it. ".repeat(1 + (index % 30)),
    }));
    await route.fulfill({ response, json: { ...found, lines, left: 0 } });
  });
  await page.goto("/?kind=exposed");
  await settled(page, "Overview");
  const rows = page.locator(".mw-line");
  await rows.first().waitFor();
  assert.equal(await rows.first().getAttribute("aria-setsize"), "600");
  assert.ok((await rows.count()) < 60, String(await rows.count()));
  assert.deepEqual(await faultsInAllLooks(page), []);

  const last = page.locator('.mw-line[aria-posinset="600"]');
  await within(patienceSeconds, "the last line is reached", async () => {
    await page.keyboard.press("End");
    return (await last.count()) > 0;
  });
  await last.getByText("Exposed 599").waitFor();
  assert.ok((await rows.count()) < 60);
  // Each stands right below the one before, once all that came into view were measured.
  await comesTrue(
    page,
    `(() => {
    const rows = [...document.querySelectorAll(".mw-line")].map((row) => row.getBoundingClientRect()).sort((one, other) => one.top - other.top);
    return rows.length > 1 && rows.every(({ top }, index) => index === 0 || Math.abs(top - rows[index - 1].bottom) < 1.5);
  })()`,
  );
});

test("overview: who may not record is told the role, and nothing is sent", { skip: missing }, async () => {
  const page = await stage.open("/?kind=due", { as: { "*": "viewer" } });
  await settled(page, "Overview");

  await page
    .getByRole("button", { name: /^Record it/ })
    .first()
    .click();
  await page.getByText("This needs the role operator").waitFor();
  assert.equal(await page.getByRole("dialog").getByRole("button", { name: "Record it" }).count(), 0);
});

test("overview: a failure is said with what to do, and trying again mends it", { skip: missing }, async () => {
  const page = await stage.open("/guides");
  await settled(page, "Guides");
  await page.route("**/api/v1/overview*", (route) =>
    route.fulfill({ status: 500, json: { title: "It broke", status: 500, detail: "A fault of ours.", toDo: "Look." } }),
  );

  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByText("A fault of ours.").waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await page.unroute("**/api/v1/overview*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("region", { name: "The worst three" }).waitFor();
});

test("overview: what is of one environment never stands under another one's name", { skip: missing }, async () => {
  const page = await stage.open("/?environment=production");
  await settled(page, "Overview");
  await page.getByRole("main").getByText("production").first().waitFor();
  await page.route(/\/api\/v1\/overview\?.*environment=staging/, (route) => route.abort());

  await page.getByRole("combobox", { name: "Environment" }).click();
  await page.getByRole("option", { name: "staging" }).click();
  await page.getByRole("main").getByRole("heading", { name: "The server does not answer" }).waitFor();
  assert.equal(await page.getByRole("region", { name: "The worst three" }).count(), 0);
});

test("guides: a state narrows the lines, all of them are reached, and a line says what the guide got wrong", {
  skip: missing,
}, async () => {
  const page = await stage.open("/guides?guide=A");
  await settled(page, "Guides");

  const choice = page.getByRole("group", { name: "Lines by state" }).getByRole("button", { name: /open$/ });
  const count = Number(/^\d+/.exec(await choice.innerText())?.[0]);
  await choice.click();
  await page.waitForURL(/state=open/);
  await within(patienceSeconds, `all ${count} lines are there`, async () => {
    await page.mouse.wheel(0, 3000);
    return (await page.locator(".mw-guide-line").count()) === count;
  });
  await page.goto("/guides/A.240");
  await settled(page, "A.240 GitLab answers");
  await page.getByText("The guide is mended here:").waitFor();
  await page.getByText("As the guide has it, which does not hold:").waitFor();
});

test("components: what runs beside what is declared, and what differs", { skip: missing }, async () => {
  const page = await stage.open("/components?show=differing");
  await settled(page, "Components");

  const grid = page.getByRole("grid", { name: "Components and their versions" });
  await grid.getByText("17.7.0").waitFor();
  await grid.getByText("declared 17.7.1").waitFor();
  await page.getByText("1 row, all there is").waitFor();
  await grid.getByText("17.7.0").click();
  await page.waitForURL(/\/components\/gitlab/);
  await settled(page, "gitlab");
  await page.getByText("apps/gitlab.yaml:7").waitFor();
});

test("the graph is walked with arrow keys, Enter chooses, and the table says the same", { skip: missing }, async () => {
  const page = await stage.open("/components?tab=graph");
  await settled(page, "Components");

  await page.getByText(/40 components are not shown/).waitFor();
  await page.locator('[data-node="sharinghub"]').focus();
  await page.keyboard.press("ArrowRight");
  const next = await page.evaluate<string>("document.activeElement.dataset.node");
  assert.notEqual(next, "sharinghub");
  await page.locator('[data-node="redis"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/of=redis/);
  await page.locator('[data-node="gitlab"][data-role="affected"]').waitFor();
  await page.locator('[data-node="sharinghub"][data-role="affected"]').waitFor();
  assert.equal(await page.locator('[data-node="kubernetes"]').getAttribute("data-role"), "apart");
  await page.getByText("Table", { exact: true }).click();
  await page.getByRole("row", { name: /^GitLab .*feels it/ }).waitFor();
});

test("on a narrow screen the graph is a list", { skip: missing }, async () => {
  const page = await stage.open("/components?tab=graph", { width: 390 });
  await settled(page, "Components");

  assert.equal(await page.locator("svg.mw-graph-picture").count(), 0);
  await page.getByRole("button", { name: "Redis" }).click();
  await page.waitForURL(/of=redis/);
  await page.getByRole("heading", { name: "Feels it when it is down" }).waitFor();
});

test("Ctrl K finds what the server keeps, and leads there", { skip: missing }, async () => {
  const page = await stage.open("/guides?environment=production");
  await settled(page, "Guides");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What to go to" }).fill("tool-17");
  await page.getByRole("option", { name: /^tool-17/ }).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/components\/tool-17\?environment=production$/);
});
