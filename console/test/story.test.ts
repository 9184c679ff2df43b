import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { RunningLab, within } from "../../lab/running.test-support.ts";
import { launchBrowser, missing, settled } from "./browser.test-support.ts";
import { confirm, logIn } from "./people.test-support.ts";

/*
 * The whole loop in Chromium, on the running lab: two people log in at the login service; what was changed by hand in production is
 * found, planned by the one, agreed to by the other, put back, and written down; a certificate expires and is an incident.
 */

/** What the lab does by its own clocks, on a machine that does much else. */
const longMillis = 150_000;

const lab = new RunningLab();
let browser: Browser;
let operator: Page;
let approver: Page;
let order = "";

before(async () => {
  if (missing !== false) return;
  [browser] = await Promise.all([launchBrowser(), lab.start()]);
});
after(async () => {
  await browser?.close();
  await lab.close();
});

test("both log in at the login service, and see three healthy environments", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  [operator, approver] = [await logIn(browser, lab, "operator"), await logIn(browser, lab, "approver")];

  for (const page of [operator, approver])
    for (const name of ["development", "staging", "production"])
      await page
        .getByRole("listitem")
        .filter({ hasText: name })
        .filter({ hasText: "healthy" })
        .first()
        .waitFor({ timeout: longMillis });
});

test("a change by hand in production stands among the findings, with its age and its author", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  await operator.goto("/findings?environment=production");
  await settled(operator, "Findings");
  await lab.fault("apply", "hand-edit", "--target", "production/sharinghub/mlflow-sharinghub");

  // Nobody loads the page anew: it is told.
  await operator.getByText("Changed by hand, and not as Git says").first().click({ timeout: longMillis });

  await settled(operator, "Changed by hand, and not as Git says: application/mlflow");
  await operator.getByText(/spec\.replicas is \d, Git says 1; written by kubectl-edit at \d{4}-/).waitFor();
});

test("the operator plans it to be put back, and it waits for somebody else", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  await operator.goto("/work");
  await settled(operator, "Work");
  await operator
    .getByText("Changed by hand, and not as Git says: application/mlflow")
    .first()
    .click({ timeout: longMillis });
  await operator.waitForURL(/\/work\/[0-9a-f]{16}/);
  order = new URL(operator.url()).pathname.split("/").at(-1) ?? "";
  await within(longMillis / 1000, "enough is measured for a comparison", async () => {
    const { offer } = await lab.reads<{ readonly offer?: { readonly arguments: object } }>(`/work-orders/${order}`);
    return offer !== undefined && "measured" in offer.arguments;
  });

  await confirm(operator, "Plan it", {
    label: "Change request",
    text: "https://git.example.org/platform/mlops/-/merge_requests/42",
  });

  await operator.getByText("the procedure put-back").waitFor();
  await operator.getByRole("button", { name: "Approve", exact: true }).click();
  await operator.getByText(/This needs the role approver/).waitFor();
  await operator.keyboard.press("Escape");
});

test("the approver approves; it is put back once, and is no worse than before", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  await approver.goto(`/work/${order}`);
  await settled(approver, "Changed by hand, and not as Git says: application/mlflow");
  await confirm(approver, "Approve", { label: "What was looked at", text: "Nobody meant three replicas" });

  // The page is told that the run has begun, and leads to it.
  await operator.locator('main a[href^="/runs/"]').first().click({ timeout: longMillis });
  await operator.waitForURL(/\/runs\/[0-9a-f]{16}/);
  await settled(operator, "Argo CD puts back Deployment sharinghub/mlflow-sharinghub");
  await operator.getByText("13 of 13 steps").waitFor({ timeout: longMillis });

  await operator.getByText("no worse").first().waitFor();
  const asked = lab.effects("production/mlflow", "sync").filter(({ detail }) => detail?.["by"] !== "argocd");
  assert.equal(asked.length, 1);
});

test("the journal tells who did what, and the finding has closed by itself", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  await operator.goto("/journal");
  await settled(operator, "Journal");
  await operator.getByRole("grid").getByText("Approved: Changed by hand, and not as Git says").first().waitFor();
  await operator.goto("/findings?environment=production&state=closed");
  await operator.getByText("Changed by hand, and not as Git says").first().waitFor({ timeout: longMillis });
});

test("a certificate that expired is an incident, which is taken in hand and ended", {
  skip: missing,
  timeout: 400_000,
}, async () => {
  await operator.goto("/incidents");
  await settled(operator, "Incidents");
  await lab.fault("apply", "expired-certificate", "--target", "production/ingress");

  // The cluster's look and the probes both find it, and the incident is of whichever was first.
  await operator
    .getByText(/^A certificate (has expired|that is in use has ended)/)
    .first()
    .click({ timeout: longMillis });
  await operator.waitForURL(/\/incidents\/\d+/);
  await lab.fault("mend", "expired-certificate", "--target", "production/ingress");
  await confirm(operator, "Take it in hand");
  await confirm(operator, "It is over", { label: "What ended it", text: "cert-manager issued it anew" });

  await operator.getByText("its review is missing: millwright incident review").waitFor();
});
