import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { rules } from "../../src/cli/rules.ts";
import { openFolder } from "../../src/edge/folder-tree.ts";
import { readKitFolder } from "../../src/edge/kit.ts";
import { audit } from "../../src/findings/audit.ts";
import { parseConfig } from "../../src/findings/platform-file.ts";
import type { Instant } from "../../src/kernel/instant.ts";
import { systems } from "../../src/systems/index.ts";
import { inGit } from "./git.ts";
import { laidOver } from "./laid-over.ts";
import { fillRepository, gitOf, repositoryUrl } from "./repository.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-lab-repository-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const kit = readKitFolder(join(import.meta.dirname, "..", "..", "kit"));
const bare = join(folder, "mlops.git");
await inGit(folder, ["init", "--quiet", "--bare", "-b", "main", bare]);
const options = { bare, kit, today: "2026-11-20", scratch: join(folder, "scratch") };
await fillRepository(options);
const git = gitOf(bare, [repositoryUrl]);

test("the audit flags the pins that were laid over the kit, and nothing else", async () => {
  await inGit(folder, ["clone", "--quiet", bare, "clone"]);
  const tree = openFolder(join(folder, "clone"));
  const text = (await git.files(repositoryUrl, "main", ".")).get("millwright.yaml") ?? "";
  const config = parseConfig(text, "millwright.yaml");

  const { findings, problems } = await audit({
    tree,
    config,
    systems,
    rules: rules(systems),
    now: "2026-11-20T00:00:00.000Z" as Instant,
  });

  assert.deepEqual(problems, []);
  assert.deepEqual(
    findings.map(({ rule, places }) => `${rule} ${places.map(({ file }) => file).join(" ")}`).toSorted(),
    [
      "end-of-life-gitlab argocd-apps/gitlab-application.yaml",
      // The lab's API server says that it is 1.31: development, production, staging.
      "end-of-life-kubernetes millwright.yaml",
      "end-of-life-kubernetes millwright.yaml",
      "end-of-life-kubernetes millwright.yaml",
    ],
  );
});

test("the repository grew in commits of several people, and is filled once", async () => {
  const log = await inGit(bare, ["log", "--format=%an %aI %s", "--reverse", "main"]);

  await fillRepository(options);

  assert.equal(await inGit(bare, ["log", "--format=%an %aI %s", "--reverse", "main"]), log);
  assert.equal(log.trim().split("\n").length, 7);
  assert.match(log, /^Ada Ahlers 2025-01-20T09:12:00\+00:00 Terraform/);
});

test("Argo CD reads the tag's files, and is told plainly what is not there", async () => {
  const commit = await git.resolve(repositoryUrl, "v1.0.0");
  const files = await git.files(repositoryUrl, commit, "environments/prod");

  assert.match(commit, /^[0-9a-f]{40}$/);
  assert.deepEqual([...files.keys()].toSorted(), ["kustomization.yaml", "root-application.yaml"]);
  const chart = "https://github.com/csgroup-oss/sharinghub.git";
  const sha = await git.resolve(chart, "0.4.2");
  assert.equal(await git.resolve(chart, sha), sha, "a commit means itself");
  await assert.rejects(git.resolve("https://git.example.org/other.git", "main"), /repository not found/);
  await assert.rejects(git.resolve(repositoryUrl, "v9"), /unable to resolve 'v9'/);
  await assert.rejects(git.files(repositoryUrl, commit, "nowhere"), /app path does not exist/);
});

test("a kit that no longer says what is laid over is our bug, not a silent nothing", () => {
  assert.throws(() => laidOver([], "2026-11-20"), /no longer says/);
});
