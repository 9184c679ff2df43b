import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { type Browser, chromium, type Page } from "playwright-core";
import { createToken, daysAfter } from "../src/access/tokens.ts";
import { systemClock } from "../src/edge/clock.ts";
import { migrate } from "../src/store/migrations/runner.ts";
import { openStore } from "../src/store/store.ts";
import { startTestCluster } from "../src/store/test-cluster.ts";
import { fill, startServer } from "./serving.ts";

/*
 * How long the console keeps people waiting, in Chromium: 1,000 components and 10,000 findings, `millwright serve` on a PostgreSQL of
 * its own, all on one machine. `npm run build:console && npm run bench:console [RUNS]`. Every first look is one of an empty cache.
 */

const runs = Number(process.argv[2] ?? 7);
const size = { sources: 2, componentsPerSource: 500, findingsPerSource: 5000 };

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const times = new Map<string, number[]>();

function note(name: string, millis: number): void {
  times.set(name, [...(times.get(name) ?? []), millis]);
}

async function openPage(browser: Browser, url: string, token: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post("/auth/session", { headers: { authorization: `Bearer ${token}` } });
  if (answer.status() !== 201) throw new Error(`no session: ${answer.status()}`);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return page;
}

/** The first look at an address: when something is painted, and when `there` holds; both since the address was asked for. */
async function firstLook(page: Page, path: string, there: string): Promise<void> {
  await page.goto(path, { waitUntil: "commit" });
  const whole = await page.evaluate<number>(frames(there, "0"));
  const painted = await page.evaluate<number>(
    `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN`,
  );
  const bytes = await page.evaluate<number>(
    `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
  );
  note(`${path}: first contentful paint`, painted);
  note(`${path}: its data is there`, whole);
  note(`${path}: JavaScript that came over the wire, kB`, bytes / 1000);
}

/** Waits frame by frame until `there` holds and is painted; gives the milliseconds since `since`. */
function frames(there: string, since: string): string {
  return `new Promise((done, fail) => {
    const until = performance.now() + 25000;
    const look = () => {
      if (${there}) requestAnimationFrame(() => done(performance.now() - (${since})));
      else if (performance.now() > until) fail(new Error("never: " + ${JSON.stringify(there)}));
      else requestAnimationFrame(look);
    };
    look();
  })`;
}

/** What somebody does: until the browser painted an answer to it (Event Timing), and until what was asked for is painted. */
async function interaction(page: Page, name: string, act: () => Promise<void>, there: string): Promise<void> {
  await page.evaluate(`{
    window.began = undefined;
    window.worst = 0;
    const begin = (event) => { window.began ??= event.timeStamp; };
    for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, begin, { capture: true, once: true });
    window.watching?.disconnect();
    window.watching = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.worst = Math.max(window.worst, duration);
    });
    window.watching.observe({ type: "event", durationThreshold: 16 });
  }`);
  await act();
  note(`${name}: what was asked for is there`, await page.evaluate<number>(frames(there, "window.began")));
  // Event Timing tells of a frame once the next has begun.
  await page.waitForTimeout(300);
  note(`${name}: answered`, await page.evaluate<number>("window.worst"));
}

const rowsAre = (text: string): string =>
  `(() => { const rows = [...document.querySelectorAll('[role=row][aria-rowindex]')].filter((row) => row.getAttribute("aria-rowindex") !== "1"); return rows.length > 4 && rows.every((row) => row.textContent.includes(${JSON.stringify(text)})); })()`;
const firstRowIsBeyond = (index: number): string =>
  `[...document.querySelectorAll('[role=row][aria-rowindex]')].some((row) => Number(row.getAttribute("aria-rowindex")) > ${index})`;

async function round(browser: Browser, url: string, token: string): Promise<void> {
  const page = await openPage(browser, url, token);
  await firstLook(page, "/", `document.querySelectorAll("main li").length > 3`);
  await page.context().close();

  const other = await openPage(browser, url, token);
  await firstLook(other, "/findings", rowsAre("not pinned"));
  const critical = other.getByRole("button", { name: /critical/ });
  await interaction(other, "findings: filter by severity", () => critical.click(), rowsAre("critical"));
  await other.mouse.move(700, 600);
  const scroll = (): Promise<void> => other.mouse.wheel(0, 3000);
  await interaction(other, "findings: scroll to the next page", scroll, firstRowIsBeyond(60));
  const find = other
    .getByRole("searchbox")
    .or(other.getByPlaceholder(/find|search/i))
    .first();
  if (await find.count()) {
    await find.focus();
    await interaction(other, "findings: find by text", () => other.keyboard.type("app-1-42"), rowsAre("app-1-42"));
    await find.fill("");
    await other.waitForTimeout(500);
  }
  const row = other.locator('[role=row][aria-rowindex="3"]');
  const heading = `document.querySelector("h1")?.textContent.includes("not pinned to a digest: image")`;
  await interaction(other, "findings: open one", () => row.click(), heading);
  const components = other.getByRole("link", { name: "Components" }).first();
  await interaction(
    other,
    "components: go there",
    () => components.click(),
    `document.body.textContent.includes("app-0-")`,
  );
  await other.context().close();
}

function report(): void {
  say("| | median | fastest–slowest |\n|---|---|---|");
  for (const [name, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(0);
    const unit = name.endsWith("kB") ? "" : " ms";
    say(`| ${name} | ${at(Math.floor(sorted.length / 2))}${unit} | ${at(0)}–${at(sorted.length - 1)} |`);
  }
}

const executable = [process.env["CHROMIUM"], "/usr/bin/chromium"].find(
  (file) => file !== undefined && existsSync(file),
);
if (executable === undefined) throw new Error("there is no Chromium: name one in CHROMIUM");
const cluster = await startTestCluster();
const folder = mkdtempSync(join(tmpdir(), "millwright-bench-"));
const store = openStore({ url: cluster.url, applicationName: "bench", poolSize: 4 });
try {
  await migrate(store, systemClock.now());
  await fill(store, size);
  await sql`analyze`.execute(store.tables());
  const now = systemClock.now();
  const createdBy = { kind: "person", id: "local:bench", name: "Bench" } as const;
  const asked = { name: "bench", roles: { "*": "admin" }, expiresAt: daysAfter(now, 1), createdBy } as const;
  const { secret } = await createToken(store, now, asked);
  const { child, url } = await startServer(folder, cluster.url);
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    await round(browser, url, secret);
    times.clear();
    for (let turn = 0; turn < runs; turn += 1) await round(browser, url, secret);
    report();
    say(`${runs} runs after one that does not count; ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await browser.close();
    child.kill("SIGTERM");
  }
} finally {
  await store.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
