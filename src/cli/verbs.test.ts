import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { folderWith, millwright } from "./shell.test-support.ts";
import { deployment, gitlabApplication, smallPlatform } from "./trees.test-support.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "mlops-platform");

test("why answers for a pin, a finding, a component, an image and a place, and names what it cannot find", async () => {
  const inventory = JSON.parse((await millwright(example, ["inventory", "-o", "json"])).out) as {
    readonly pins: readonly {
      readonly id: string;
      readonly file: string;
      readonly line: number;
      readonly name: string;
    }[];
  };
  const audit = JSON.parse((await millwright(example, ["audit", "-o", "json"])).out) as {
    readonly findings: readonly { readonly id: string; readonly subject: string }[];
    readonly unknown: readonly { readonly id: string }[];
  };
  const [pin] = inventory.pins;
  const [finding] = audit.findings;
  assert.ok(pin !== undefined && finding !== undefined);
  const ids = [pin.id, pin.name, `${pin.file}:${pin.line}`, finding.id, finding.subject, "gitlab"];
  for (const id of [...ids, ...audit.unknown.slice(0, 1).map((question) => question.id)]) {
    const said = await millwright(example, ["why", id]);
    assert.equal(said.code, 0, `${id}: ${said.err}`);
    assert.ok(said.out.length > 80, id);
  }
  const missing = await millwright(example, ["why", "no-such-thing"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /Nothing here is called "no-such-thing"\. Ids stand in 'millwright audit'/);
});

test("the graph of a folder shows what it deploys, all of a system by its name, and nothing for nothing", async (context) => {
  const empty = folderWith(context, {});
  const none = await millwright(empty, ["graph"]);
  assert.equal(none.code, 0);
  assert.match(none.err, /deploys anything that is known.*millwright graph --platform/);
  assert.doesNotMatch(none.out, /GitLab/);
  assert.match((await millwright(empty, ["graph", "--platform"])).out, /SharingHub, then MLflow SharingHub/);
  const both = await millwright(empty, ["graph", "--platform", "--of", "postgresql"]);
  assert.match(both.out, /When PostgreSQL for GitLab or PostgreSQL for MLflow is down/);
  assert.match((await millwright(example, ["graph"])).out, /NOTE[\s\S]*not in this repository/);
});

test("why answers for a file and an environment, and says what to ask where a line tells nothing", async () => {
  const file = "argocd-apps/gitlab-application.yaml";
  for (const id of [file, `./${file}`, "pinning-image-latest"])
    assert.equal((await millwright(example, ["why", id])).code, 0, id);
  const production = await millwright(example, ["why", "production"]);
  assert.match(production.out, /^environment production\n {2}told by +millwright\.yaml, argocd-apps/);
  assert.match(
    (await millwright(example, ["why", `${file}:1`])).err,
    /no version is fixed there and no finding stands there\. In argocd-apps\/gitlab-application\.yaml ask for lines 9, 11/,
  );
  assert.match((await millwright(example, ["why", "millwright.yaml:5"])).err, /ask for line 1|Ask for what it names/i);
  assert.match((await millwright(example, ["why", "README.md"])).err, /Nothing in README\.md fixes a version/);
});

test("why says of a suppressed finding who decided until when", async (context) => {
  const dir = folderWith(context, {
    "web.yaml": deployment("web", "nginx:latest"),
    "millwright.yaml":
      "suppress:\n  - rule: pinning-image-latest\n    reason: the vendor has no other tag\n    until: 2027-06-30\n",
  });
  const { out } = await millwright(dir, ["why", "image/nginx"]);
  assert.match(out, /suppressed +until 2027-06-30: the vendor has no other tag/);
});

test("explain shows the example as it is written, and how to suppress", async (context) => {
  const { out } = await millwright(folderWith(context, {}), ["explain", "pinning-image-latest"]);
  assert.match(out, /\n {2}spec:\n {4}template:\n/);
  assert.match(out, /\n {2}suppress:\n {4}- rule: pinning-image-latest\n/);
});

for (const [typed, meant] of [
  ["pinning-image-lates", "pinning-image-latest"],
  ["image-latest", "pinning-image-latest"],
  ["secrets-in-cleer", "secrets-in-clear"],
  ["gitlab-skip", "backups-gitlab-skips-data"],
] as const) {
  test(`explain ${typed} asks whether ${meant} was meant`, async (context) => {
    const said = await millwright(folderWith(context, {}), ["explain", typed]);
    assert.equal(said.code, 1);
    assert.match(said.err, new RegExp(`There is no rule "${typed}"\\. Did you mean ${meant}`));
  });
}

test("explain of something unlike any rule points to the list, which has them all", async (context) => {
  const said = await millwright(folderWith(context, {}), ["explain", "zzzzqqqq"]);
  assert.match(said.err, /'millwright explain' lists all rules/);
  const listed = await millwright(folderWith(context, {}), ["explain"]);
  const asJson = JSON.parse((await millwright(folderWith(context, {}), ["explain", "-o", "json"])).out) as {
    readonly id: string;
  }[];
  assert.ok(asJson.length > 50);
  for (const { id } of asJson) assert.ok(listed.out.includes(id), id);
});

test("the matrix names environments in the order they follow each other, and --check ends with 2 for an unproven set", async (context) => {
  const dir = folderWith(context, {
    "clusters/production/gitlab.yaml": gitlabApplication("8.1.8"),
    "clusters/dev/gitlab.yaml": gitlabApplication("9.8.1"),
  });
  const { out } = await millwright(dir, ["matrix"]);
  assert.match(out, /^COMPONENT +SYSTEM +DEVELOPMENT +PRODUCTION/);
  assert.equal((await millwright(dir, ["matrix", "--check"])).code, 0, "one system alone is no combination");
  assert.equal((await millwright(example, ["matrix"])).code, 0);
  assert.equal((await millwright(example, ["matrix", "--check"])).code, 2);
});

test("the graph marks what a component takes with it, by id or title, and names what there is otherwise", async (context) => {
  const dir = folderWith(context, smallPlatform);
  const mermaid = await millwright(dir, ["graph", "-o", "mermaid"]);
  assert.match(mermaid.out, /^(%%.*\n|---\n)*(flowchart|graph) /);
  assert.match((await millwright(dir, ["graph", "-o", "dot"])).out, /^digraph /);
  const svg = await millwright(dir, ["graph", "-o", "svg"]);
  assert.match(svg.out, /^<svg [\s\S]*<\/svg>\n$/);
  assert.doesNotMatch(svg.out, /<script|href=/);
  const affected = await millwright(dir, ["graph", "--of", "GitLab"]);
  assert.match(affected.out, /GitLab is down or changed|Nothing depends on GitLab/);
  const missing = await millwright(dir, ["graph", "--of", "nothing"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /There is no component "nothing"\. Known: .*gitlab/);
});

test("guides hold every line against the repository, on one page without scripts", async (context) => {
  const dir = folderWith(context, smallPlatform);
  const { out } = await millwright(dir, ["guides", "-o", "json"]);
  const { lines } = JSON.parse(out) as {
    readonly lines: readonly { readonly id: string; readonly findings?: readonly string[] }[];
  };
  assert.ok(lines.length > 300);
  assert.ok(lines.some(({ findings }) => findings !== undefined && findings.length > 0));
  const page = (await millwright(dir, ["guides", "-o", "html"])).out;
  for (const { id } of lines) assert.ok(page.includes(`id="${id}"`), id);
  assert.doesNotMatch(page, /<script|https?:\/\/[^\s"<]*\.(js|css)/);
});

const kit = [
  { path: "README.md", text: "# Kit\n", executable: false },
  { path: "scripts/backup.sh", text: "#!/bin/sh\n", executable: true },
];

test("scaffold writes the kit into a new folder, once, and leaves what is there", async (context) => {
  const dir = folderWith(context, { "used/README.md": "mine\n", "other/notes.txt": "mine\n" });
  const shell = { kit: () => Promise.resolve(kit) };
  const first = await millwright(dir, ["scaffold", "new"], shell);
  assert.equal(first.code, 0, first.err);
  assert.equal(readFileSync(join(dir, "new/scripts/backup.sh"), "utf8"), "#!/bin/sh\n");
  const again = await millwright(dir, ["scaffold", "new"], shell);
  assert.equal(again.code, 1);
  assert.match(again.err, /new holds README\.md, scripts\/backup\.sh already; nothing was written/);
  const used = await millwright(dir, ["scaffold", "used"], shell);
  assert.equal(used.code, 1);
  assert.equal(readFileSync(join(dir, "used/README.md"), "utf8"), "mine\n");
  const listed = await millwright(dir, ["scaffold", "third", "--list"], shell);
  assert.equal(listed.out, "third/README.md\nthird/scripts/backup.sh\n");
});

const plan = ["upgrade", "plan", "gitlab", "--from", "17.1.8", "--to", "18.2"];

test("an upgrade plan on old facts must be acknowledged with their date", async (context) => {
  const dir = folderWith(context, {});
  const clock = { now: () => instantOf(Date.UTC(2028, 5, 1)) };
  const refused = await millwright(dir, plan, { clock });
  assert.equal(refused.code, 1);
  const date = /--accept-facts-of (\d{4}-\d\d-\d\d)/.exec(refused.err)?.[1];
  assert.ok(date !== undefined, refused.err);
  const accepted = await millwright(dir, [...plan, "--accept-facts-of", date], { clock });
  assert.equal(accepted.code, 0, accepted.err);
  assert.match(accepted.out, /by facts of \d{4}-\d\d-\d\d \(\d{3} days old\)/);
  const wrong = await millwright(dir, [...plan, "--accept-facts-of", "2020-01-01"], { clock });
  assert.equal(wrong.code, 1);
});

test("a facts file that is missing, no YAML, or of another shape is told by its name and field", async (context) => {
  const dir = folderWith(context, { "broken.yaml": "a: [\n", "odd.yaml": "answers: 7\n", "list.yaml": "- 1\n" });
  const refusal = async (file: string): Promise<string> => {
    const said = await millwright(dir, [...plan, "--facts", file]);
    assert.equal(said.code, 1, file);
    assert.doesNotMatch(said.err, /\n\s+at |bug of ours/, file);
    return said.err;
  };
  assert.match(await refusal("nowhere.yaml"), /there is no file nowhere\.yaml/);
  assert.match(await refusal("broken.yaml"), /broken\.yaml is neither YAML nor JSON/);
  assert.match(await refusal("odd.yaml"), /odd\.yaml/);
  assert.match(await refusal("list.yaml"), /list\.yaml/);
});

test("a plan for a system or version nobody knows says which are known", async (context) => {
  const dir = folderWith(context, {});
  const system = await millwright(dir, ["upgrade", "plan", "nosuch", "--from", "1", "--to", "2"]);
  assert.equal(system.code, 1);
  assert.match(system.err, /nosuch[\s\S]*gitlab/);
  const version = await millwright(dir, ["upgrade", "plan", "gitlab", "--from", "banana", "--to", "18.2"]);
  assert.equal(version.code, 1);
  assert.match(version.err, /banana/);
  const listed = await millwright(dir, ["upgrade", "systems"]);
  assert.match(listed.out, /^gitlab$/m);
});

test("outdated --offline with an empty cache asks nobody and says of each pin what would tell", async (context) => {
  const dir = folderWith(context, smallPlatform);
  const said = await millwright(dir, ["outdated", "--offline", "-o", "json"]);
  assert.equal(said.err, "");
  const { rows } = JSON.parse(said.out) as {
    readonly rows: readonly { readonly howToLearn: string | null; readonly state: string }[];
  };
  assert.ok(rows.length > 0);
  for (const row of rows.filter(({ state }) => state === "unknown")) assert.ok((row.howToLearn ?? "").length > 10);
  const mirror = await millwright(dir, ["outdated", "--mirror", "pages"]);
  assert.match(mirror.err, /--mirror is asked only with --offline/);
  const missing = await millwright(dir, ["outdated", "--offline", "--mirror", "nowhere"]);
  assert.equal(missing.code, 1);
  assert.doesNotMatch(missing.err, /\n\s+at |bug of ours/);
});
