import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { Audit } from "../findings/audit.ts";
import { folderWith, millwright, repositoryWith } from "./shell.test-support.ts";
import { deployment, gitlabApplication, sealedSecret } from "./trees.test-support.ts";

async function since(dir: string, revision: string, ...more: readonly string[]): Promise<Audit> {
  const said = await millwright(dir, ["audit", "--since", revision, "-o", "json", ...more]);
  assert.equal(said.err, "");
  return JSON.parse(said.out) as Audit;
}

const verdicts = (result: Audit): readonly string[] =>
  (result.change?.moves ?? []).map((move) => `${move.name} ${move.from} → ${move.to}: ${move.verdict.kind}`);
const found = (result: Audit): readonly string[] => result.findings.map((finding) => finding.rule);

test("a patch is a legal move and brings nothing", async (context) => {
  const { dir, commit } = repositoryWith(context, { "gitlab.yaml": gitlabApplication("9.8.1") });
  commit("patch", { "gitlab.yaml": gitlabApplication("9.8.2") });
  const result = await since(dir, "HEAD~1");
  assert.deepEqual(verdicts(result), ["gitlab 9.8.1 → 9.8.2: legal"]);
  assert.ok(!found(result).some((rule) => rule.startsWith("change-")));
});

test("a skipped stop of GitLab is told with the way to go instead, and fails the job", async (context) => {
  const { dir, commit } = repositoryWith(context, { "gitlab.yaml": gitlabApplication("8.1.8") });
  commit("jump", { "gitlab.yaml": gitlabApplication("9.1.4") });
  const result = await since(dir, "HEAD~1");
  assert.deepEqual(verdicts(result), ["gitlab 8.1.8 → 9.1.4: illegal"]);
  assert.equal(found(result)[0], "change-illegal-upgrade");
  assert.match(result.findings[0]?.fix ?? "", /^Go to 17\.3\.7 first .*\.$/);
  assert.equal((await millwright(dir, ["audit", "--since", "HEAD~1"])).code, 2);
});

test("a downgrade is told, not taken for an upgrade", async (context) => {
  const { dir, commit } = repositoryWith(context, { "gitlab.yaml": gitlabApplication("9.8.2") });
  commit("back", { "gitlab.yaml": gitlabApplication("8.11.0") });
  const result = await since(dir, "HEAD~1");
  assert.deepEqual(verdicts(result), ["gitlab 9.8.2 → 8.11.0: illegal"]);
  assert.match(result.findings[0]?.message ?? "", /downgrade/);
});

test("an upgrade and a secret in one commit are told; in two commits they are not", async (context) => {
  const files = { "gitlab.yaml": gitlabApplication("9.8.1"), "oidc.yaml": sealedSecret("oidc", "AgA1") };
  const upgrade = { "gitlab.yaml": gitlabApplication("9.8.2") };
  const secret = { "oidc.yaml": sealedSecret("oidc", "AgB2") };
  const together = repositoryWith(context, files);
  together.commit("both", { ...upgrade, ...secret });
  const split = repositoryWith(context, files);
  split.commit("upgrade", upgrade);
  split.commit("secret", secret);
  assert.deepEqual(found(await since(together.dir, "HEAD~1")), ["change-unrelated-together"]);
  assert.deepEqual(found(await since(split.dir, "HEAD~2")), []);
});

const suppression = (rule: string): string =>
  `suppress:\n  - rule: ${rule}\n    reason: it is decided so, for this test\n    until: 2027-06-30\n`;

test("a change cannot excuse itself: its own suppression does not count, the base's does", async (context) => {
  const clean = { "web.yaml": deployment("web", "nginx:1.27.1") };
  const bad = { "web.yaml": deployment("web", "nginx:latest") };
  const own = repositoryWith(context, clean);
  own.commit("bad and excused", { ...bad, "millwright.yaml": suppression("pinning-image-latest") });
  assert.deepEqual(found(await since(own.dir, "HEAD~1")), ["pinning-image-latest"]);
  const before = repositoryWith(context, { ...clean, "millwright.yaml": suppression("pinning-image-latest") });
  before.commit("bad", bad);
  const result = await since(before.dir, "HEAD~1");
  assert.deepEqual(found(result), []);
  assert.deepEqual(
    result.suppressed.map(({ finding }) => finding.rule),
    ["pinning-image-latest"],
  );
});

test("what a change mends is told, and what was there before is not held against it", async (context) => {
  const { dir, commit } = repositoryWith(context, {
    "web.yaml": deployment("web", "nginx:latest"),
    "other.yaml": deployment("other", "redis:latest"),
  });
  commit("mend", { "web.yaml": deployment("web", "nginx:1.27.1") });
  const result = await since(dir, "HEAD~1");
  assert.deepEqual(found(result), []);
  assert.deepEqual(
    result.change?.resolved.map(({ subject }) => subject),
    ["image/nginx"],
  );
});

test("a file that only moves brings nothing, and a version that moves with it is followed", async (context) => {
  const { dir, commit } = repositoryWith(context, { "a/web.yaml": deployment("web", "nginx:1.25.3") });
  commit("move", { "a/web.yaml": undefined, "b/web.yaml": deployment("web", "nginx:1.25.3") });
  const moved = await since(dir, "HEAD~1");
  assert.deepEqual([verdicts(moved), found(moved), moved.change?.resolved], [[], [], []]);
  commit("move and up", { "b/web.yaml": undefined, "c/web.yaml": deployment("web", "nginx:1.27.1") });
  assert.deepEqual(verdicts(await since(dir, "HEAD~1")), ["nginx 1.25.3 → 1.27.1: legal"]);
});

test("what the base moved since the branches parted is not held against the branch", async (context) => {
  const { dir, git, commit } = repositoryWith(context, {
    "gitlab.yaml": gitlabApplication("9.8.1"),
    "web.yaml": deployment("web", "nginx:1.25.3"),
  });
  git("checkout", "--quiet", "-b", "feature");
  commit("mine", { "web.yaml": deployment("web", "nginx:1.27.1") });
  git("checkout", "--quiet", "main");
  commit("theirs", { "gitlab.yaml": gitlabApplication("9.8.2") });
  git("checkout", "--quiet", "feature");
  const result = await since(dir, "main");
  assert.deepEqual(verdicts(result), ["nginx 1.25.3 → 1.27.1: legal"]);
  assert.equal(result.change?.base, "main");
});

test("work that is not committed yet belongs to the change", async (context) => {
  const { dir } = repositoryWith(context, { "web.yaml": deployment("web", "nginx:1.25.3") });
  execFileSync("sed", ["-i", "s/1.25.3/latest/", join(dir, "web.yaml")]);
  assert.deepEqual(found(await since(dir, "HEAD")), ["pinning-image-latest"]);
});

test("a subfolder is audited as its own tree, and so is its past", async (context) => {
  const { dir, commit } = repositoryWith(context, {
    "platform/web.yaml": deployment("web", "nginx:1.25.3"),
    "elsewhere/web.yaml": deployment("web", "nginx:1.25.3"),
  });
  commit("up", {
    "platform/web.yaml": deployment("web", "nginx:1.27.1"),
    "elsewhere/web.yaml": deployment("web", "nginx:latest"),
  });
  const result = await since(join(dir, "platform"), "HEAD~1");
  assert.deepEqual(
    result.change?.moves.map(({ at }) => at.file),
    ["web.yaml"],
  );
  assert.deepEqual(found(result), []);
});

test("a revision that is not there, a folder outside Git and a strange revision are told in words", async (context) => {
  const { dir } = repositoryWith(context, { "a.yaml": "a: 1\n" });
  const missing = await millwright(dir, ["audit", "--since", "nowhere"]);
  assert.deepEqual([missing.code, missing.out], [1, ""]);
  assert.match(
    missing.err,
    /has no revision nowhere\. In a shallow clone \(CI\), fetch it first: git fetch origin nowhere/,
  );
  const outside = await millwright(folderWith(context, {}), ["audit", "--since", "main"]);
  assert.match(outside.err, /is in no Git repository/);
  const option = await millwright(dir, ["audit", "--since", "--upload-pack=x"]);
  assert.equal(option.code, 1);
  assert.doesNotMatch(missing.err + outside.err + option.err, /\n\s+at /);
});

test("in a shallow clone without the base, the message says how to fetch it", async (context) => {
  const { dir, git, commit } = repositoryWith(context, { "web.yaml": deployment("web", "nginx:1.25.3") });
  git("tag", "before");
  commit("up", { "web.yaml": deployment("web", "nginx:1.27.1") });
  const clone = join(folderWith(context, {}), "clone");
  execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${dir}`, clone], { stdio: "pipe" });
  execFileSync("git", ["checkout", "--quiet", "--detach"], { cwd: clone, stdio: "pipe" });
  const said = await millwright(clone, ["audit", "--since", "before"]);
  assert.equal(said.code, 1);
  assert.match(said.err, /git fetch origin before/);
  execFileSync("git", ["fetch", "--quiet", "--depth", "1", "origin", "tag", "before"], { cwd: clone, stdio: "pipe" });
  assert.deepEqual(verdicts(await since(clone, "before")), ["nginx 1.25.3 → 1.27.1: legal"]);
});

test("a base whose millwright.yaml is not valid does not keep the change that mends it from being judged", async (context) => {
  const { dir, commit } = repositoryWith(context, {
    "millwright.yaml": "nonsense: 1\n",
    "web.yaml": deployment("web", "nginx:1.25.3"),
  });
  commit("mend", { "millwright.yaml": "platform: shop\n", "web.yaml": deployment("web", "nginx:1.27.1") });
  const result = await since(dir, "HEAD~1");
  assert.equal(verdicts(result).length, 1);
  assert.match(result.problems[0]?.reason ?? "", /judged without suppressions: .*unknown key "nonsense"/);
});

test("two folders are a change as well, judged by the older one's suppressions", async (context) => {
  const dir = folderWith(context, {
    "old/gitlab.yaml": gitlabApplication("8.1.8"),
    "new/gitlab.yaml": gitlabApplication("9.1.4"),
    "new/millwright.yaml": suppression("change-illegal-upgrade"),
  });
  const said = await millwright(dir, ["audit", "old", "new", "-o", "json"]);
  const result = JSON.parse(said.out) as Audit;
  assert.deepEqual(verdicts(result), ["gitlab 8.1.8 → 9.1.4: illegal"]);
  assert.ok(found(result).includes("change-illegal-upgrade"));
  assert.equal(said.code, 2);
  const both = await millwright(dir, ["audit", "old", "new", "--since", "main"]);
  assert.match(both.err, /two ways to name the older state/);
});
