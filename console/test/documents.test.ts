import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { faultsInAllLooks, missing, openStage, type Stage, settled } from "./browser.test-support.ts";
import { seedPlatform } from "./seed-documents.test-support.ts";

let stage: Stage;

before(async () => {
  if (missing !== false) return;
  stage = await openStage();
  await seedPlatform(stage.api);
});
afterEach(() => (missing === false ? stage.leave() : undefined));
after(() => (missing === false ? stage.close() : undefined));

const addresses: readonly (readonly [path: string, heading: string])[] = [
  ["/documents", "Documents"],
  ["/documents?environment=nowhere", "Documents"],
  ["/documents?tab=security", "Documents"],
  ["/documents?tab=troubleshooting", "Documents"],
  ["/documents/symptoms/rule:certificate-expired", "A certificate has expired"],
  ["/documents/symptoms/rule:nothing", "rule:nothing"],
];

test("documents are for everybody, in both themes and on both widths", { skip: missing }, async () => {
  const page = await stage.open("/documents");
  for (const [path, heading] of addresses) {
    await page.goto(path);
    await settled(page, heading);
    assert.deepEqual(await faultsInAllLooks(page), [], path);
  }
});

test("architecture: each environment is drawn, and leads to what feels it", { skip: missing }, async () => {
  const page = await stage.open("/documents?environment=production");
  await settled(page, "Documents");

  await page.getByRole("group", { name: "Dependency graph" }).waitFor();
  await page.locator('[data-node="gitlab"]').click();
  await page.waitForURL((url) => url.pathname === "/components" && url.searchParams.get("of") === "gitlab");
});

test("architecture: what keeps data is said in words, a file's name as such", { skip: missing }, async () => {
  const beside = [{ what: "the rails secrets (`secrets.yml` of the Secret)", why: "", essential: true }];
  const stores = [{ component: "gitlab", title: "the database", product: "postgresql", beside }];
  const page = await stage.open("/documents?tab=security");
  await page.route("**/api/v1/documents/architecture", (route) =>
    route.fulfill({ json: { environments: [{ environment: "production", components: [], calls: [], stores }] } }),
  );
  await page.goto("/documents?environment=production");
  await settled(page, "Documents");

  const rails = page.getByRole("listitem").filter({ hasText: "the rails secrets" });
  assert.equal(await rails.locator("code").innerText(), "secrets.yml");
  assert.doesNotMatch(await rails.innerText(), /`/);
});

test("troubleshooting: what shows now stands first; a word finds it, and it says what to do", {
  skip: missing,
}, async () => {
  const page = await stage.open("/documents?tab=troubleshooting");
  await settled(page, "Documents");

  await page.getByLabel("What is seen").fill("certificate expired");
  await page.waitForURL(/text=certificate/);
  await page
    .getByRole("grid")
    .locator('[aria-rowindex="2"]')
    .getByText(/expired/)
    .first()
    .click();
  await settled(page, "A certificate has expired");
  await page.getByText("millwright explain certificate-expired").waitFor();
});

test("a document is saved as Markdown, by whoever is logged in", { skip: missing }, async () => {
  const page = await stage.open("/documents?tab=security");
  await settled(page, "Documents");

  await page.getByText("Group developers").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Save SECURITY.md" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "SECURITY.md");
});
