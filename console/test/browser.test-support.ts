import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Roles } from "../../src/access/role.ts";
import { listen } from "../../src/api/server.ts";
import type { TestApi } from "../../src/api/test-support.ts";
import { wholeApi } from "../../src/api/whole.test-support.ts";
import { openConsole } from "../../src/edge/console-folder.ts";

/*
 * Pages as people see them: the built console in Chromium, in front of every route of the server on a real PostgreSQL. A file asks for
 * one `openStage`, seeds `stage.api.store`, and opens pages. Where there is no build or no browser the tests are skipped and say why.
 */

const root = join(import.meta.dirname, "..", "..");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browserFile = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((file) => file !== undefined && existsSync(file));

/** Why pages cannot be looked at here; false when they can. For the option `skip` of a test. */
export const missing: string | false = !existsSync(join(root, "dist-console", "index.html"))
  ? "the console is not built: npm run build:console"
  : browserFile === undefined
    ? "not run: chromium (there is none; name one in CHROMIUM)"
    : false;

/** Far longer than any page takes, also on a machine that does much else: who waits so long waits for what never comes. */
export const patienceSeconds = 30;

/** Counts the streams of changes that are open: from its first word on a page is told what changes. */
const countStreams = `window.told = 0; window.EventSource = class extends EventSource {
  constructor(...of) {
    super(...of);
    this.addEventListener("ready", () => { window.told += 1; });
  }
};`;

export interface Look {
  readonly width?: 1440 | 390;
  readonly scheme?: "light" | "dark";
  /** Who is logged in; an administrator when left out, nobody when null. */
  readonly as?: Roles | null;
}

export interface Stage {
  readonly api: TestApi;
  readonly url: string;
  /** Opens a page of the console, logged in. What goes wrong in it fails the test at its end. */
  open(path: string, look?: Look): Promise<Page>;
  /** Closes what was opened: pages go on reading as long as they are open, so each test ends with its own. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** The server, the browser and a way to look. Close it after the file's tests. */
export async function openStage(files: Parameters<typeof wholeApi>[0] = {}): Promise<Stage> {
  // As from the bundle: the console lies beside, under another name.
  const api = await wholeApi({ ...files, console: openConsole(join(root, "src", "api")) });
  const server = await listen(keepingLogins(api.app), { host: "127.0.0.1", port: 0, tls: undefined });
  const browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];
  const leave = async (): Promise<void> => {
    await Promise.all(contexts.splice(0).map(closed));
  };
  return {
    api,
    url: server.url,
    async open(path, look = {}) {
      const context = await contextOf(browser, server.url, look);
      contexts.push(context);
      if (look.as !== null) await logIn(context, server.url, await api.tokenFor(look.as ?? { "*": "admin" }));
      const page = await context.newPage();
      page.setDefaultTimeout(patienceSeconds * 1000);
      await page.addInitScript(countStreams);
      page.on("pageerror", (error) => faults.push(`${path}: ${error.message}`));
      page.on("console", (message) => {
        // Refusals are shown by the page itself; the browser says each of them too.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          faults.push(`${path}: ${message.text()}`);
      });
      await page.goto(path);
      return page;
    },
    leave,
    async close() {
      await leave();
      await browser.close();
      await server.close(100);
      await api.close();
      assert.deepEqual(faults, []);
    },
  };
}

/**
 * The server of the tests lives on a day of its own, which is over for the browser: its login would be thrown away as it comes. So
 * cookies end with their window. (A route of the browser that did this would keep it from having the programs of a page at hand.)
 */
function keepingLogins(app: TestApi["app"]): Pick<TestApi["app"], "fetch"> {
  return {
    async fetch(request, env) {
      const response = await app.fetch(request, env);
      const cookie = response.headers.get("set-cookie");
      if (cookie !== null && new URL(request.url).pathname === "/auth/session")
        response.headers.set("set-cookie", cookie.replace(/; Expires=[^;]*/i, ""));
      return response;
    },
  };
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(browserFile === undefined ? {} : { executablePath: browserFile }),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

function contextOf(
  browser: Browser,
  baseURL: string,
  { width = 1440, scheme = "light" }: Look,
): Promise<BrowserContext> {
  return browser.newContext({
    baseURL,
    colorScheme: scheme,
    // Colours on their way from one to the other are nobody's contrast.
    reducedMotion: "reduce",
    viewport: { width, height: width === 390 ? 844 : 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: "Europe/Berlin",
  });
}

/** Pages read by themselves: what a test answers in the server's place may be on its way when they are closed. */
async function closed(context: BrowserContext): Promise<void> {
  await Promise.all([context, ...context.pages()].map((one) => one.unrouteAll({ behavior: "ignoreErrors" })));
  await context.close();
}

async function logIn(context: BrowserContext, url: string, token: string): Promise<void> {
  const answer = await fetch(`${url}/auth/session`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 201, await answer.clone().text());
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "") ?? [];
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Strict" }]);
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What axe finds wrong with a page by WCAG 2.2 A and AA, and whether something is wider than the screen: nothing, as it should be. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe);
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  );
  const wider = await widerThanScreen(page);
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} ${node.target.join(" ")}: ${node.failureSummary}`),
    ),
    ...(wider > 0 ? [`${wider} px wider than the screen`] : []),
  ];
}

/** In pixels. What draws itself anew when a screen is turned takes a moment: only what stays too wide is. */
async function widerThanScreen(page: Page): Promise<number> {
  const wider = "document.documentElement.scrollWidth - innerWidth";
  await comesTrue(page, `${wider} <= 0`, 5).catch(() => undefined);
  return page.evaluate<number>(wider);
}

/** The looks that a page must bear. */
const looks = [
  { width: 390, scheme: "dark" },
  { width: 1440, scheme: "dark" },
  { width: 1440, scheme: "light" },
] as const satisfies readonly Look[];

/** What is wrong with a page in any look. Leaves it in the last one. */
export async function faultsInAllLooks(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { width, scheme } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: "attached" });
    const faults = await faultsOf(page);
    found.push(...faults.map((fault) => `${width} px, ${scheme}: ${fault}`));
  }
  return found;
}

/** Waits until a page shows its data: its heading stands and nothing loads any more. */
export async function settled(page: Page, heading: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.locator('[aria-label="Loading"], [aria-busy="true"]').first().waitFor({ state: "detached" });
}

/** Waits until a page is told what changes on the server. */
export async function told(page: Page): Promise<void> {
  await comesTrue(page, "window.told > 0");
}

/**
 * Waits until an expression is true in a page. Playwright's `waitForFunction` would have the page itself evaluate the text at each
 * look but the first, which its content security policy forbids.
 */
export async function comesTrue(page: Page, expression: string, seconds = patienceSeconds): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (performance.now() > until) assert.fail(`not within ${seconds} s: ${expression}`);
    await page.waitForTimeout(50);
  }
}
