import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { folderWith, millwright, repositoryWith } from "./shell.test-support.ts";
import { deployment, gitlabApplication, smallPlatform } from "./trees.test-support.ts";

const text = z.string().min(1);
const count = z.int().min(1);

/** The published contract, key for key: a further key, a missing one or another word breaks somebody's script. */
const Contract = z.strictObject({
  schema: z.literal("millwright/inventory/1"),
  files: z.strictObject({
    read: z.int().min(0),
    skipped: z.array(z.strictObject({ file: text, reason: text })),
  }),
  pins: z.array(
    z.strictObject({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      file: text,
      line: count,
      column: count,
      range: z.tuple([z.int().min(0), z.int().min(0)]),
      path: z.string(),
      reader: text,
      kind: z.enum(["chart", "image", "git", "module", "provider", "tool", "package", "action"]),
      name: text,
      version: text.nullable(),
      digest: text.nullable(),
      source: text.nullable(),
      state: z.enum(["pinned", "range", "moving", "missing", "unknown"]),
      effective: z
        .union([
          z.strictObject({ kind: z.literal("known"), value: text, source: text, at: text.optional() }),
          z.strictObject({ kind: z.literal("absent"), source: text, at: text.optional() }),
          z.strictObject({ kind: z.literal("unknown"), why: text, howToLearn: text }),
        ])
        .optional(),
      environment: text.optional(),
    }),
  ),
  components: z.array(
    z.strictObject({
      name: text,
      system: text.nullable(),
      environment: text.nullable(),
      namespace: text.nullable(),
      version: text.nullable(),
      pins: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
    }),
  ),
});

async function inventoryOf(dir: string): Promise<z.infer<typeof Contract>> {
  const said = await millwright(dir, ["inventory", "-o", "json"]);
  assert.equal(said.code, 0, said.err);
  return Contract.parse(JSON.parse(said.out));
}

const example = join(import.meta.dirname, "..", "..", "examples", "mlops-platform");

test("the inventory is what its contract says, for a small platform and for the shipped example", async (context) => {
  const small = await inventoryOf(folderWith(context, smallPlatform));
  assert.ok(small.pins.length >= 4);
  assert.ok((await inventoryOf(example)).pins.length > 10);
});

test("every component's pins are pins of the inventory, and ids are given once", async () => {
  const inventory = await inventoryOf(example);
  const ids = inventory.pins.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const component of inventory.components) for (const id of component.pins) assert.ok(ids.includes(id));
});

const awkward: Readonly<Record<string, string>> = {
  "é/ünïcode.yaml": deployment("web", "registry.example.org/shop/web:1.4.2").replace("kind:", "# 🦊 ﬁrst\nkind:"),
  "windows.yaml": deployment("win", "org/win:2.0.0@sha256:" + "a".repeat(64)).replaceAll("\n", "\r\n"),
  "bom.yaml": `\ufeff${gitlabApplication("9.8.1")}`,
  "wide.yaml": `metadata: { note: "🦊🦊" }\nkind: Pod\napiVersion: v1\nspec: { containers: [{ name: "🦊", image: "org/fox:3.1.4" }] }\n`,
  "embedded.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  source:
    repoURL: https://charts.example.org
    chart: shop
    targetRevision: 1.2.3
    helm:
      values: |
        # é
        image:
          repository: org/shop
          tag: 4.5.6
  destination: { namespace: shop }
`,
};

test("a pin's bytes are its version, and line and column count characters, whatever stands before", async (context) => {
  const dir = folderWith(context, awkward);
  const { pins } = await inventoryOf(dir);
  const versions = pins.map(({ version }) => version ?? "").toSorted();
  assert.deepEqual(versions, ["1.2.3", "1.4.2", "2.0.0", "3.1.4", "4.5.6", "9.8.1"]);
  for (const pin of pins) {
    const content = awkward[pin.file] ?? "";
    assert.equal(
      Buffer.from(content)
        .subarray(...pin.range)
        .toString(),
      pin.version,
      pin.file,
    );
    const before = Buffer.from(content)
      .subarray(0, pin.range[0])
      .toString()
      .replace(/^\ufeff/, "");
    const lines = before.split("\n");
    assert.equal(pin.line, lines.length, pin.file);
    assert.equal(pin.column, Array.from(lines.at(-1) ?? "").length + 1, pin.file);
  }
});

test("an id survives a new version and moved lines", async (context) => {
  const before = await inventoryOf(folderWith(context, { "a.yaml": deployment("web", "nginx:1.25.3") }));
  const after = await inventoryOf(folderWith(context, { "a.yaml": `# moved\n\n${deployment("web", "nginx:1.27.1")}` }));
  assert.equal(before.pins[0]?.id, after.pins[0]?.id);
  assert.notEqual(before.pins[0]?.line, after.pins[0]?.line);
});

test("what cannot be read is listed with its reason, and the rest is read", async (context) => {
  const dir = folderWith(context, {
    "broken.yaml": "image: nginx:1.25.3\n  b: [\n",
    "binary.yaml": "\0\u0001\u0002binary\0",
    "good.yaml": deployment("web", "nginx:1.25.3"),
  });
  const { files, pins } = await inventoryOf(dir);
  assert.ok(pins.some((pin) => pin.file === "good.yaml"));
  assert.match(files.skipped.find(({ file }) => file === "broken.yaml")?.reason ?? "", /^\d+:\d+: \w/);
  assert.match(files.skipped.find(({ file }) => file === "binary.yaml")?.reason ?? "", /binary|NUL|text/i);
});

test("revisions are read without a checkout, several of them told apart as Git writes them", async (context) => {
  const { dir, git, commit } = repositoryWith(context, { "gitlab.yaml": gitlabApplication("8.1.8") });
  git("tag", "v1");
  commit("up", { "gitlab.yaml": gitlabApplication("8.2.0") });
  const one = await millwright(dir, ["inventory", "--ref", "v1", "-o", "json"]);
  assert.equal(Contract.parse(JSON.parse(one.out)).pins[0]?.version, "8.1.8");
  const two = await millwright(dir, ["inventory", "--ref", "v1", "main", "-o", "json"]);
  const both = JSON.parse(two.out) as z.infer<typeof Contract>;
  assert.deepEqual(
    both.pins.map(({ file, version }) => `${file} ${version}`),
    ["v1:gitlab.yaml 8.1.8", "main:gitlab.yaml 8.2.0"],
  );
  assert.equal(git("status", "--porcelain"), "");
});
