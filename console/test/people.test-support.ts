import type { Browser, Page } from "playwright-core";
import { settled } from "./browser.test-support.ts";

/* What people do in the console of a running lab. */

/** A lab, running: where its console is, and the passwords of those who use it. */
interface Place {
  url(): string;
  secret(name: string): string;
}

/** A browser of somebody's own, logged in as people are: at the login service, with a password. */
export async function logIn(browser: Browser, lab: Place, person: "operator" | "approver"): Promise<Page> {
  const context = await browser.newContext({ baseURL: lab.url(), viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  // A whole lab works beside it.
  page.setDefaultTimeout(60_000);
  await page.goto("/");
  await page.getByRole("link", { name: "Log in with the login service" }).click();
  await page.locator(`input[name=user][value=${person}]`).check();
  await page.getByLabel("Password").fill(lab.secret(`password-${person}`));
  await page.getByRole("button", { name: "Log in" }).click();
  await settled(page, "Overview");
  return page;
}

/** Presses a button, and the same in the dialog that it opens. */
export async function confirm(
  page: Page,
  name: string,
  fill?: { readonly label: string; readonly text: string },
): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  if (fill !== undefined) await dialog.getByLabel(fill.label).fill(fill.text);
  await dialog.getByRole("button", { name, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}
