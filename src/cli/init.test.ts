import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../findings/platform-file.ts";
import type { Inventory } from "../platform/pin.ts";
import type { PlatformConfig } from "../platform/schema.ts";
import { folderWith, millwright, repositoryWith, writeAll } from "./shell.test-support.ts";
import { deployment, gitlabApplication } from "./trees.test-support.ts";

const written = (dir: string): PlatformConfig =>
  parseConfig(readFileSync(join(dir, "millwright.yaml"), "utf8"), "millwright.yaml");

test("an empty folder gets one production environment, and the file is accepted as it is", async (context) => {
  const dir = folderWith(context, {});
  const said = await millwright(dir, ["init"]);
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /No component was recognised/);
  assert.deepEqual(written(dir).environments, [{ name: "production", paths: ["."] }]);
  assert.match(said.out, /production +everything/);
  assert.equal((await millwright(dir, ["audit"])).code, 0);
});

test("environments are told by folders, components by what is deployed", async (context) => {
  const dir = folderWith(context, {
    "clusters/dev/gitlab.yaml": gitlabApplication("9.8.1"),
    "clusters/prod/gitlab.yaml": gitlabApplication("9.8.1"),
  });
  await millwright(dir, ["init"]);
  const config = written(dir);
  assert.deepEqual(config.environments, [
    { name: "development", paths: ["clusters/dev"] },
    { name: "production", paths: ["clusters/prod"] },
  ]);
  assert.deepEqual(config.components, [
    { name: "gitlab", system: "gitlab", environment: "development" },
    { name: "gitlab", system: "gitlab", environment: "production" },
  ]);
});

test("environments are told by branches where no folder tells", async (context) => {
  const { dir, git } = repositoryWith(context, { "apps/gitlab.yaml": gitlabApplication("9.8.1") });
  git("branch", "develop");
  git("branch", "production");
  await millwright(dir, ["init"]);
  assert.deepEqual(written(dir).environments, [
    { name: "development", paths: [], ref: "develop" },
    { name: "production", paths: [], ref: "production" },
  ]);
});

test("further repositories are named by the address they are cloned from, without its credentials", async (context) => {
  const home = repositoryWith(context, { "apps/gitlab.yaml": gitlabApplication("9.8.1") });
  const other = repositoryWith(context, { "web.yaml": deployment("web", "nginx:1.27.1") });
  other.git("remote", "add", "origin", "https://oauth2:glpat-secret@git.example.org/org/other.git");
  const plain = folderWith(context, {});
  const said = await millwright(home.dir, ["init", ".", other.dir, plain]);
  assert.equal(said.code, 0, said.err);
  const text = readFileSync(join(home.dir, "millwright.yaml"), "utf8");
  assert.doesNotMatch(text + said.out, /oauth2|glpat-secret/);
  assert.equal(written(home.dir).repositories[0]?.url, "https://git.example.org/org/other.git");
  assert.equal(written(home.dir).repositories.length, 2);
});

test("the schema is written beside the file, which names it for editors", async (context) => {
  const dir = folderWith(context, {});
  await millwright(dir, ["init"]);
  const text = readFileSync(join(dir, "millwright.yaml"), "utf8");
  assert.match(
    text,
    /^# yaml-language-server: \$schema=\.\/millwright\.schema\.json\n\$schema: \.\/millwright\.schema\.json\n/,
  );
  const schema = JSON.parse(readFileSync(join(dir, "millwright.schema.json"), "utf8")) as {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly additionalProperties: boolean;
  };
  assert.equal(schema.additionalProperties, false);
  for (const key of Object.keys(written(dir))) assert.ok(key in schema.properties, key);
});

test("a file that is there stays, unless --force replaces it", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": "platform: mine\n" });
  const said = await millwright(dir, ["init"]);
  assert.equal(said.code, 1);
  assert.match(said.err, /is there already\. Compare with 'millwright init --stdout', or replace it with --force/);
  assert.equal(written(dir).platform, "mine");
  assert.equal((await millwright(dir, ["init", "--force"])).code, 0);
  assert.notEqual(written(dir).platform, "mine");
});

test("--stdout prints the file and writes nothing", async (context) => {
  const dir = folderWith(context, { "apps/gitlab.yaml": gitlabApplication("9.8.1") });
  const said = await millwright(dir, ["init", "--stdout"]);
  assert.equal(said.code, 0);
  assert.equal(parseConfig(said.out, "stdout").components[0]?.name, "gitlab");
  assert.ok(!existsSync(join(dir, "millwright.yaml")) && !existsSync(join(dir, "millwright.schema.json")));
});

test("hostile names of folders and components cannot write YAML of their own", async (context) => {
  const dir = folderWith(context, {});
  writeAll(dir, {
    "prod/: {evil: true}/a.yaml": gitlabApplication("9.8.1").replace("name: gitlab,", 'name: "x\\n- evil: 1",'),
    "we # ird: [/prod/b.yaml": gitlabApplication("9.8.1"),
  });
  const said = await millwright(dir, ["init"]);
  assert.equal(said.code, 0, said.err);
  const config = written(dir);
  assert.deepEqual(config.environments[0]?.paths, ["prod", "we # ird: [/prod"]);
  assert.ok(config.components.every(({ name }) => /^[a-z0-9-]+$/.test(name)));
});

test("a missing folder is told before anything is written", async (context) => {
  const dir = folderWith(context, {});
  const said = await millwright(dir, ["init", ".", "nowhere"]);
  assert.equal(said.code, 1);
  assert.match(said.err, /There is no folder .*nowhere/);
  assert.ok(!existsSync(join(dir, "millwright.yaml")));
});

test("environments that only names of files tell survive the file, and what is in none is said", async (context) => {
  const dir = folderWith(context, {
    "apps/gitlab-dev.yaml": gitlabApplication("9.8.1"),
    "apps/gitlab-prod.yaml": gitlabApplication("9.8.1"),
    "base/gitlab.yaml": gitlabApplication("9.8.1"),
    "base/shop.yaml": gitlabApplication("9.8.1").replaceAll("gitlab", "shop"),
  });
  const said = await millwright(dir, ["init"]);
  assert.deepEqual(written(dir).environments, [
    { name: "development", paths: ["apps/gitlab-dev.yaml"] },
    { name: "production", paths: ["apps/gitlab-prod.yaml"] },
  ]);
  assert.match(said.out, /shop +- +-/);
  assert.match(said.out, /1 component of no known system: the file does not list it/);
  assert.match(said.out, /2 components of no environment/);
});

const corpus = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));
const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const platforms = [corpus, examples].flatMap((folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
);

/** Pins and components with their environments, as `inventory` shows them. */
async function placesIn(dir: string): Promise<readonly string[]> {
  const { out } = await millwright(dir, ["inventory", "-o", "json"]);
  const { pins, components } = JSON.parse(out) as Inventory;
  return [
    ...pins.map(({ id, environment }) => ({ id, environment: environment ?? null })),
    ...components.map(({ name, environment }) => ({ id: name, environment })),
  ].flatMap(({ id, environment }) => (environment === null ? [] : [`${id} ${environment}`]));
}

test("after init the inventory shows every environment that it showed before", async (context) => {
  for (const platform of platforms) {
    const dir = folderWith(context, {});
    cpSync(platform, dir, { recursive: true, filter: (path) => !/[/](?:[.]git|millwright[.]yaml)$/.test(path) });
    const before = await placesIn(dir);
    const said = await millwright(dir, ["init"]);
    assert.equal(said.code, 0, said.err);
    const after = new Set(await placesIn(dir));
    assert.deepEqual(
      before.filter((place) => !after.has(place)),
      [],
      platform,
    );
  }
});
