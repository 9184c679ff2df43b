import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { verbs } from "../../src/api/verbs.ts";
import { millwright, type Said } from "../../src/cli/shell.test-support.ts";
import { openHttp } from "../../src/edge/http.ts";
import { comesTrue, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { seedFindings, seedJournal } from "./seed.test-support.ts";
import { backedUp, named, repository, seedBackups } from "./seed-backups.test-support.ts";
import { seedComponents } from "./seed-components.test-support.ts";
import { seedPlatform } from "./seed-documents.test-support.ts";
import { makeDutiesDue } from "./seed-duties.test-support.ts";
import { endpoints, seedHealth } from "./seed-health.test-support.ts";
import { type Operations, seedOperations } from "./seed-operations.test-support.ts";

/*
 * The command lines that stand on the pages and in their dialogs, each typed into a shell as it stands: what only reads is asked of
 * the very server that the page came from, what changes something is taken by the command line's own grammar. And every dialog keeps
 * the keyboard while it is open, and gives it back.
 */

let stage: Stage;
let made: Operations;
let finding = "";
let token = "";
const empty = mkdtempSync(join(tmpdir(), "millwright-console-"));

before(async () => {
  if (missing !== false) return;
  stage = await openStage({ server: `${endpoints}${backedUp}`, runner: repository });
  const { api } = stage;
  await seedPlatform(api);
  finding = (await seedFindings(api.store, 40))[0]?.id ?? "";
  await seedJournal(api.store, 12);
  await seedComponents(api.store, 12);
  await seedHealth(api);
  made = await seedOperations(api);
  await seedBackups(api.store);
  await makeDutiesDue(api.store);
  token = await api.tokenFor({ "*": "admin" });
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(async () => {
  rmSync(empty, { recursive: true });
  if (missing === false) await stage.close();
});

const addresses: readonly (() => string)[] = [
  () => "/",
  () => "/guides?section=Version%20pinning",
  () => "/guides/A.240",
  () => "/components?text=gitlab",
  () => "/components?tab=graph&of=redis",
  () => "/components?tab=matrix",
  () => "/components/gitlab",
  () => "/work?environment=production",
  () => "/work?tab=calendar&on=2026-11-20",
  () => `/work/${made.order}`,
  () => "/runs?environment=staging",
  () => `/runs/${made.putBack}`,
  () => `/runs/${made.checklist}`,
  () => `/runs/${made.ended}`,
  () => "/runs/new?procedure=silence-and-inform&environment=staging",
  () => "/findings?severity=critical&text=image&environment=production",
  () => `/findings/${finding}`,
  () => "/health?environment=production",
  () => "/health?tab=metrics",
  () => "/health?tab=errors",
  () => "/health/production/gitlab?tab=charts",
  () => "/health/production/gitlab?tab=history",
  () => "/health/production/mlflow?tab=errors",
  () => "/backups?environment=production",
  () => "/backups?tab=points",
  () => "/backups?tab=objectives&environment=production",
  () => "/backups?tab=ahead",
  () => "/backups?tab=repositories",
  () => "/backups/stores/production/mlflow/database",
  () => `/backups/${named.proven}`,
  () => `/backups/${named.failed}`,
  () => `/backups/points/${named.point}`,
  () => "/journal?environment=production",
  () => "/journal/12",
  () => "/journal?tab=report&on=2026-11-20",
  () => "/journal?tab=whole",
  () => "/incidents",
  () => `/incidents/${made.incident}`,
  () => "/documents?tab=security",
  () => "/documents/symptoms/rule:certificate-expired",
  ...["parts", "platform", "server", "sources", "access", "secrets", "messages", "workings"].map(
    (tab) => () => `/settings?tab=${tab}`,
  ),
];

/** The command lines in a part of a page: those to be copied, and those that a sentence names. */
async function commandsIn(part: Locator): Promise<readonly string[]> {
  const texts = await part.locator("code").allTextContents();
  return texts.filter((text) => text.startsWith("millwright "));
}

/** The words that a shell makes of a line; what it sends to a file goes nowhere. */
function wordsOf(line: string): readonly string[] {
  const script = `exec 3>&1; millwright() { printf '%s\\0' "$@" >&3; }\n${line}`;
  return execFileSync("bash", ["-c", script], { cwd: empty, encoding: "utf8" }).split("\0").slice(0, -1);
}

/** Types the words of a line. What would change something is answered in the server's place; commands without a server find an empty folder. */
async function typed(words: readonly string[]): Promise<Said> {
  const variables: Readonly<Record<string, string>> = { MILLWRIGHT_URL: stage.url, MILLWRIGHT_TOKEN: token };
  const http = openHttp({ userAgent: "millwright/test" });
  return millwright(empty, words, {
    variable: (name) => variables[name],
    readText: async (file) => (file.endsWith("/FILE") ? "a secret" : undefined),
    writeText: async () => undefined,
    http: {
      fetch: async (url, request = {}) =>
        request.method === "GET" ? http.fetch(url, request) : { status: 200, headers: {}, body: "{}" },
    },
    async *follow() {
      yield "{}";
    },
  });
}

function isVerb(words: readonly string[]): boolean {
  return verbs.some((verb) => verb.words.every((word, index) => words[index] === word));
}

/** Why a line cannot be typed as it stands; undefined when it can. */
async function faultOf(line: string): Promise<string | undefined> {
  const words = wordsOf(line);
  const { code, err } = await typed(words);
  // Without a server there is nothing to do in an empty folder: that the words are understood is all that is asked.
  const understood = isVerb(words) ? code === 0 : !/^error: /m.test(err);
  return understood ? undefined : `${line}\n  ${err}`;
}

/** Opens a page, and asks for what it asks the repository for only when somebody wants to know. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await loaded(page);
  const asking = page.getByRole("button", { name: /^(Ask the repository|Look for debris|Look into|Show the line)/ });
  while ((await asking.count()) > 0) await asking.first().click();
  await loaded(page);
}

async function loaded(page: Page): Promise<void> {
  await page.locator('[aria-label="Loading"], [aria-busy="true"]').first().waitFor({ state: "detached" });
}

const isInside = `document.querySelector('[role="dialog"]')?.contains(document.activeElement) === true`;
const focusable = `[...document.querySelectorAll('[role="dialog"] :is(button, input, textarea, a[href], [tabindex="0"])')].filter(({ disabled, tabIndex, offsetParent }) => !disabled && tabIndex >= 0 && offsetParent !== null)`;
const isBack = "document.activeElement === window.before";

/** Opens a dialog by the keyboard, says what is wrong with how it treats it, and closes it. `look` is called while it is open. */
async function keyboardFaults(
  page: Page,
  opener: Locator,
  look: (dialog: Locator) => Promise<void> = async () => undefined,
): Promise<readonly string[]> {
  const faults: string[] = [];
  await opener.focus();
  await page.evaluate("window.before = document.activeElement");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (const [key, end] of [
    ["Tab", "at(-1)"],
    ["Shift+Tab", "at(0)"],
  ] as const) {
    await page.evaluate(`${focusable}.${end}.focus()`);
    await page.keyboard.press(key);
    if (!(await page.evaluate<boolean>(isInside))) faults.push(`${key} leaves the dialog`);
  }
  await look(dialog);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await comesTrue(page, isBack, 5).catch(() => undefined);
  if (!(await page.evaluate<boolean>(isBack))) faults.push("the keyboard is not given back");
  return faults;
}

/** Each dialog of a page: what is wrong with it, and the commands that it names. Rows of a table have the same one each. */
async function dialogsOf(page: Page, seen: Set<string>) {
  const faults: string[] = [];
  const lines: string[] = [];
  const openers = page.getByRole("main").locator('button[aria-haspopup="dialog"]:not([disabled])');
  const names = await openers.allTextContents();
  for (const [index, name] of names.entries()) {
    const kind = `${new URL(page.url()).pathname}: ${name}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    const own = await keyboardFaults(page, openers.nth(index), async (dialog) => {
      const named = await commandsIn(dialog);
      if (named.length === 0 && !kind.includes("Suppress")) faults.push(`${kind}: names no command`);
      lines.push(...named);
    });
    faults.push(...own.map((fault) => `${kind}: ${fault}`));
  }
  return { faults, lines };
}

test("each command on a page and in its dialogs can be typed as it stands; each dialog keeps the keyboard and gives it back", {
  skip: missing,
}, async () => {
  const page = await stage.open("/");
  const faults: string[] = [];
  const places = new Map<string, string>();
  const seen = new Set<string>();
  for (const address of addresses) {
    await open(page, address());
    const found = await commandsIn(page.getByRole("main"));
    assert.ok(found.length > 0, `${address()} names no command`);
    const dialogs = await dialogsOf(page, seen);
    faults.push(...dialogs.faults);
    for (const line of [...found, ...dialogs.lines]) places.set(line, places.get(line) ?? address());
  }
  for (const [line, address] of places) {
    const fault = await faultOf(line);
    if (fault !== undefined) faults.push(`${address}: ${fault}`);
  }
  assert.deepEqual(faults, []);
  assert.ok(places.size > 80, `${places.size} commands`);
  assert.ok(seen.size > 25, [...seen].join("\n"));
});

test("going elsewhere by Ctrl K, and the menu of a narrow screen, treat the keyboard so too", {
  skip: missing,
}, async () => {
  const page = await stage.open("/findings", { width: 390 });
  await settled(page, "Findings");

  for (const name of ["Go to…", "Pages"])
    assert.deepEqual(await keyboardFaults(page, page.getByRole("banner").getByRole("button", { name })), [], name);
});
