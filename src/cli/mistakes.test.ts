import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { commands } from "./commands/index.ts";
import { folderWith, millwright } from "./shell.test-support.ts";
import { deployment, smallPlatform } from "./trees.test-support.ts";

/** A user's mistake is told in words, without a stack trace, and ends with 1. */
async function refused(cwd: string, ...args: readonly string[]): Promise<string> {
  const said = await millwright(cwd, args);
  assert.equal(said.code, 1, args.join(" "));
  assert.doesNotMatch(said.err, /\n\s+at |bug of ours|node:|ZodError/, args.join(" "));
  return said.err;
}

const reading = ["audit", "inventory", "outdated", "matrix", "graph", "guides"];

for (const verb of reading) {
  test(`${verb} names a folder that is missing, and a file given for a folder`, async (context) => {
    const dir = folderWith(context, { "a.yaml": "a: 1\n" });
    assert.match(await refused(dir, verb, "nowhere"), /There is no folder .*nowhere/);
    assert.match(await refused(dir, verb, "a.yaml"), /a\.yaml is not a folder/);
  });
}

for (const verb of [...reading, "why x"]) {
  test(`${verb} tells all mistakes of millwright.yaml, each with its line and what would be right`, async (context) => {
    const dir = folderWith(context, {
      "millwright.yaml": `platform: shop
environments:
  - name: Prod uction
    kuberntes: "1.32"
suppress:
  - rule: pinning-image-latest
    reason: short
    until: soon
`,
    });
    const said = await refused(dir, ...verb.split(" "));
    assert.match(
      said,
      /millwright\.yaml:3: environments\[0\]\.name: lower-case letters, digits and dashes, not "Prod uction"/,
    );
    assert.match(said, /millwright\.yaml:4: environments\[0\]: unknown key "kuberntes".*kubernetes/);
    assert.match(said, /millwright\.yaml:7: suppress\[0\]\.reason: say why, in a sentence/);
    assert.match(said, /millwright\.yaml:8: suppress\[0\]\.until: .*2027-06-30/);
  });
}

test("a millwright.yaml that is no YAML is told with line and column", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": "environments: [\n  - name: }\n" });
  assert.match(await refused(dir, "audit"), /millwright\.yaml:\d+:\d+: \w/);
});

test("an unknown command, option and choice name what there is", async (context) => {
  const dir = folderWith(context, {});
  assert.match(await refused(dir, "adit"), /unknown command 'adit'[\s\S]*audit/);
  assert.match(await refused(dir, "audit", "--fial-on", "high"), /unknown option '--fial-on'[\s\S]*--fail-on/);
  assert.match(await refused(dir, "audit", "--fail-on", "huge"), /critical, high, medium, low, never/);
  assert.match(await refused(dir, "audit", "a", "b", "c"), /too many arguments/);
  assert.match(await refused(dir, "upgrade", "plan", "gitlab"), /--from/);
  assert.match(
    await refused(dir, "upgrade", "plan", "gitlab", "--from", "1", "--to", "2", "--form", "1"),
    /unknown option '--form'/,
  );
});

test("an audit ends with 2 when something is at or above the threshold, and with 0 below it", async (context) => {
  const dir = folderWith(context, { "web.yaml": deployment("web", "nginx:latest") });
  const worst = JSON.parse((await millwright(dir, ["audit", "-o", "json", "--fail-on", "never"])).out) as {
    readonly findings: readonly { readonly severity: string }[];
  };
  const severity = worst.findings[0]?.severity ?? "";
  const order = ["critical", "high", "medium", "low"];
  for (const threshold of order) {
    const { code } = await millwright(dir, ["audit", "--fail-on", threshold]);
    assert.equal(code, order.indexOf(severity) <= order.indexOf(threshold) ? 2 : 0, threshold);
  }
  assert.equal((await millwright(dir, ["audit", "--fail-on", "never"])).code, 0);
  assert.equal((await millwright(folderWith(context, {}), ["audit", "--fail-on", "low"])).code, 0);
});

test("the first line of an audit is the worst three", async (context) => {
  const { out } = await millwright(folderWith(context, smallPlatform), ["audit"]);
  assert.match(out, /^The worst three, do this first:\n {2}1\. .+\n {2}2\. .+\n {2}3\. .+\n\n/);
});

for (const verb of Object.keys(commands)) {
  test(`${verb} --help fits a terminal and says what every option does`, async (context) => {
    const terminal = { columns: 80, colour: false };
    const said = await millwright(folderWith(context, {}), [verb, "--help"], { terminal });
    assert.equal(said.code, 0);
    assert.match(said.out, /^Usage: millwright /);
    for (const line of said.out.split("\n")) assert.ok(line.length <= 80, line);
    assert.doesNotMatch(said.out, /^ {2}(-\S+(, --\S+)?( <\S+>)?)$/m, "an option without a description");
  });
}

test("help alone lists every verb with what it is for", async (context) => {
  const said = await millwright(folderWith(context, {}), ["--help"]);
  assert.equal(said.code, 0);
  for (const verb of Object.keys(commands)) assert.match(said.out, new RegExp(`^ {2}${verb}\\b.*[a-z]{4}`, "m"));
});

test("no arguments at all print the help and end with 1", async (context) => {
  const said = await millwright(folderWith(context, {}), []);
  assert.match(said.out + said.err, /Usage: millwright/);
  assert.equal(said.code, 1);
});

for (const verb of ["audit", "inventory", "matrix", "graph", "guides", "outdated --offline", "explain", "why web"]) {
  test(`${verb} breaks its lines on a narrow terminal`, async (context) => {
    const terminal = { columns: 60, colour: false };
    const { out } = await millwright(folderWith(context, smallPlatform), verb.split(" "), { terminal });
    // Prose fits; a table's columns give way down to eight cells each.
    const columns = /^[A-Z][A-Z ]+$/m.exec(out)?.[0].trim().split(/ {2,}/).length ?? 0;
    for (const line of out.split("\n")) assert.ok(line.length <= Math.max(60, columns * 10), line);
  });
}

test("an error inside a report is told as ours, with where it is", async (context) => {
  const dir = folderWith(context, smallPlatform);
  const said = await millwright(dir, ["audit"], {
    openFolder: () => {
      throw new TypeError("planted");
    },
  });
  assert.equal(said.code, 1);
  assert.match(said.err, /bug of ours, please report it:\nTypeError: planted\n\s+at /);
  assert.ok(!said.out.includes(join(dir, "x")));
});

test("an audit that recognises nothing says so before it says that nothing was found", async (context) => {
  const dir = folderWith(context, { "notes.txt": "nothing to deploy\n" });

  const shown = await millwright(dir, ["audit"]);
  assert.match(shown.err, /^millwright: 0 pins in 1 file of .*Is this the right folder\?\n$/);
  assert.equal(shown.code, 0);

  const { problems } = JSON.parse((await millwright(dir, ["audit", "-o", "json"])).out) as {
    readonly problems: readonly { readonly reason: string }[];
  };
  assert.match(problems[0]?.reason ?? "", /^0 pins in 1 file/);
});
