import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { folderWith, millwright } from "./shell.test-support.ts";
import { deployment, hostileName, smallPlatform } from "./trees.test-support.ts";

/** Every verb that prints a result, with the formats its help names beside json and yaml. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  audit: ["table", "markdown", "html", "sarif", "junit", "gitlab", "github"],
  inventory: ["table", "markdown"],
  "outdated . --offline": ["table", "markdown"],
  "upgrade plan gitlab --from 17.1.8 --to 18.2": ["table", "markdown", "shell"],
  matrix: ["table", "markdown", "html"],
  graph: ["table", "mermaid", "dot", "svg"],
  "explain pinning-image-latest": ["table", "markdown"],
  "why gitlab": ["table", "markdown"],
  guides: ["table", "markdown", "html"],
};

for (const [verb, formats] of Object.entries(verbs)) {
  test(`${verb} says the same in JSON and in YAML`, async (context) => {
    const dir = folderWith(context, smallPlatform);
    const json = await millwright(dir, [...verb.split(" "), "-o", "json"]);
    const yaml = await millwright(dir, [...verb.split(" "), "-o", "yaml"]);
    assert.equal(json.err, "");
    assert.equal(JSON.stringify(parse(yaml.out, { maxAliasCount: 0 })), JSON.stringify(JSON.parse(json.out)));
    assert.equal(yaml.code, json.code);
  });

  test(`${verb} prints something in every format of its own`, async (context) => {
    const dir = folderWith(context, smallPlatform);
    for (const format of formats) {
      const said = await millwright(dir, [...verb.split(" "), "-o", format]);
      assert.equal(said.err, "", format);
      assert.ok(said.out.length > 20 && said.out.endsWith("\n"), format);
      assert.doesNotMatch(said.out, /undefined|\[object Object\]|NaN/, format);
    }
  });

  test(`${verb} says so when a folder holds nothing of interest`, async (context) => {
    const dir = folderWith(context, { "README.md": "# Nothing here\n" });
    if (verb.startsWith("why")) return;
    for (const format of [...formats, "json", "yaml"]) {
      const said = await millwright(dir, [...verb.split(" "), "-o", format]);
      assert.match(said.err, /^(?:|millwright: 0 pins .*\n|Nothing in .*\n)$/, format);
      if (format !== "github") assert.notEqual(said.out + said.err, "", format);
      assert.equal(said.code, 0, format);
    }
  });

  test(`${verb} refuses a format it does not know, and names those it does`, async (context) => {
    const said = await millwright(folderWith(context, {}), [...verb.split(" "), "-o", "docx"]);
    assert.equal(said.code, 1);
    assert.match(said.err, /'docx' is invalid. Allowed choices are .*json/);
  });
}

test("a hostile file name and value reach no format as more than text", async (context) => {
  const dir = folderWith(context, {
    [hostileName]: deployment("web", "nginx:latest"),
    "values.yaml": 'image:\n  repository: "org/<script>alert(1)</script>|`x`"\n  tag: "::error::\\u001b[31m\\u202e"\n',
  });
  for (const [verb, formats] of Object.entries({ audit: verbs["audit"] ?? [], inventory: verbs["inventory"] ?? [] })) {
    for (const format of formats) {
      const { out, err } = await millwright(dir, [verb, "-o", format]);
      assert.equal(err, "", format);
      assert.ok(out.includes("error"), `${verb} ${format} does not show the file at all`);
      if (!["sarif", "gitlab", "github"].includes(format))
        assert.ok(!out.includes("\u001b") && !out.includes("\u202e"), `${verb} ${format}`);
      if (["html", "junit"].includes(format)) assert.ok(!out.includes("<script"), format);
      if (format === "github") assert.match(out, /^(::(error|warning|notice) file=[^\n]*::[^\n]*\n)+$/);
    }
    JSON.parse((await millwright(dir, [verb, "-o", "json"])).out);
  }
});
