import assert from "node:assert/strict";
import { test } from "node:test";
import { openGit } from "../edge/git.ts";
import { openRevision } from "../edge/git-tree.ts";
import type { Audit } from "../findings/audit.ts";
import { pastCredentials } from "../findings/history.ts";
import { defaultConfig } from "../platform/config.ts";
import { folderWith, millwright, repositoryWith } from "./shell.test-support.ts";

const secretRules = (result: Audit): readonly string[] =>
  result.findings.filter(({ group }) => group === "secrets").map(({ rule, places }) => `${rule} ${places[0].file}`);

async function audited(dir: string, ...args: readonly string[]): Promise<Audit> {
  const said = await millwright(dir, ["audit", "-o", "json", ...args]);
  assert.equal(said.err.replace(/^millwright: 0 pins .*\n/, ""), "");
  return JSON.parse(said.out) as Audit;
}

/** Made here, so that no scanner of this project takes it for a leak of its own. */
const token = (letter: string): string => `glpat-${letter.repeat(6)}Zk3PqW9vTn2Rb6Y`;

test("a secret that was deleted is found in the past only when asked, with its commit and without its text", async (context) => {
  const { dir, commit } = repositoryWith(context, { "readme.txt": "x\n" });
  const leak = commit("leak", { "ci/deploy.yaml": `token: ${token("a")}\n` });
  commit("clean up", { "ci/deploy.yaml": "token: $TOKEN\n" });
  assert.deepEqual(secretRules(await audited(dir)), []);
  const result = await audited(dir, "--history");
  assert.deepEqual(secretRules(result), ["secrets-in-clear ci/deploy.yaml"]);
  assert.ok(result.findings.some(({ message }) => message.includes(leak.slice(0, 10))));
  assert.ok(!JSON.stringify(result).includes(token("a")));
});

test("its id stays when lines move and when the file was written again", async (context) => {
  const ids: string[] = [];
  for (const text of [`token: ${token("a")}\n`, `# more\n\n\nother: 1\ntoken: ${token("a")}\n`]) {
    const { dir, commit } = repositoryWith(context, { "a.yaml": text });
    commit("gone", { "a.yaml": "x: 1\n" });
    ids.push(...(await audited(dir, "--history")).findings.map(({ id }) => id));
  }
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
});

test("what still stands in the tree is told once", async (context) => {
  const { dir, commit } = repositoryWith(context, { "a.yaml": `token: ${token("a")}\n` });
  commit("more", { "a.yaml": `x: 1\ntoken: ${token("a")}\n` });
  assert.equal(secretRules(await audited(dir, "--history")).length, 1);
});

test("two tokens of one kind are two findings", async (context) => {
  const { dir, commit } = repositoryWith(context, { "a.yaml": `token: ${token("a")}\n` });
  commit("other", { "a.yaml": `token: ${token("b")}\n` });
  assert.equal(secretRules(await audited(dir, "--history")).length, 2);
});

test("other branches and merges are looked through too", async (context) => {
  const { dir, git, commit } = repositoryWith(context, { "a.yaml": "x: 1\n" });
  git("checkout", "--quiet", "-b", "side");
  commit("side", { "side.yaml": `token: ${token("s")}\n` });
  git("checkout", "--quiet", "main");
  commit("main", { "main.yaml": "y: 1\n" });
  git("checkout", "--quiet", "-b", "merged");
  git("merge", "--quiet", "--no-ff", "--no-commit", "side");
  commit("merge", { "evil.yaml": `token: ${token("m")}\n` });
  commit("clean", { "evil.yaml": undefined, "side.yaml": undefined });
  git("checkout", "--quiet", "main");
  const files = secretRules(await audited(dir, "--history")).toSorted();
  assert.deepEqual(files, ["secrets-in-clear evil.yaml", "secrets-in-clear side.yaml"]);
});

test("with --since only the change's own commits are looked through", async (context) => {
  const { dir, commit } = repositoryWith(context, { "old.yaml": `token: ${token("o")}\n` });
  const base = commit("clean", { "old.yaml": "x: 1\n" });
  commit("leak", { "new.yaml": `token: ${token("n")}\n` });
  commit("clean again", { "new.yaml": undefined });
  assert.deepEqual(secretRules(await audited(dir, "--since", base, "--history")), ["secrets-in-clear new.yaml"]);
});

test("hostile file names, binary files and a text conversion of the repository's do no harm", async (context) => {
  const { dir, git, commit } = repositoryWith(context, {
    ".gitattributes": "*.yaml diff=evil filter=evil\n",
    'na"me\n:100644.yaml': `token: ${token("h")}\n`,
    "bin.yaml": "\0\u0001token\0",
  });
  git("config", "diff.evil.textconv", "touch /tmp/millwright-ran-a-filter; cat");
  commit("clean", { 'na"me\n:100644.yaml': undefined });
  assert.deepEqual(secretRules(await audited(dir, "--history")), ['secrets-in-clear na"me\n:100644.yaml']);
});

test("what the limits leave out is said", async (context) => {
  const { dir, commit } = repositoryWith(context, { "a.yaml": `token: ${token("a")}\n` });
  for (const index of [1, 2, 3]) commit("more", { "a.yaml": `x: ${index}\n` });
  const input = { git: openGit(dir), tree: await openRevision(dir, "HEAD"), config: defaultConfig };
  const few = await pastCredentials({ ...input, limits: { commits: 2, bytes: 1000, bytesOfOne: 1000 } });
  assert.deepEqual(few.credentials, []);
  assert.deepEqual(few.cut, ["only the newest 2 commits were looked at"]);
  const small = await pastCredentials({ ...input, limits: { commits: 100, bytes: 12, bytesOfOne: 1000 } });
  assert.match(small.cut.join(), /older versions of files were left out/);
  const whole = await pastCredentials(input);
  assert.equal(whole.credentials.length, 1);
  assert.deepEqual(whole.cut, []);
});

test("a folder outside Git has no past, and two folders have none between them", async (context) => {
  const dir = folderWith(context, { "a/x.yaml": "x: 1\n", "b/x.yaml": "x: 1\n" });
  assert.match((await millwright(dir, ["audit", "--history"])).err, /is in no Git repository/);
  assert.match((await millwright(dir, ["audit", "a", "b", "--history"])).err, /use --since/);
});
