import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { folders } from "../boundaries.ts";

const root = join(import.meta.dirname, "..");
const planted: string[] = [];

after(() => {
  for (const file of planted) rmSync(file, { force: true });
});

/** What lint says of a file that stands in the real tree for a moment. */
function lintOf(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  planted.push(file);
  writeFileSync(file, text);
  const result = spawnSync(process.execPath, ["node_modules/oxlint/bin/oxlint", "--tsconfig", "tsconfig.json", path], {
    cwd: root,
    encoding: "utf8",
  });
  rmSync(file);
  return `${result.stdout}${result.stderr}`;
}

test("a kernel file that imports a capability is found", () => {
  assert.match(
    lintOf(
      "src/kernel/planted-fault.ts",
      'import { audit } from "../findings/audit.ts";\nexport const planted = audit;\n',
    ),
    /no-restricted-imports/,
  );
});

test("a capability that reaches the outside by itself is found", () => {
  assert.match(
    lintOf(
      "src/versions/planted-fault.ts",
      'import { openFolder } from "../edge/folder-tree.ts";\nexport const planted = openFolder;\n',
    ),
    /no-restricted-imports/,
  );
});

test("a system that imports another system is found", () => {
  assert.match(
    lintOf(
      "src/systems/gitlab/planted-fault.ts",
      'import { mlflow } from "../mlflow/index.ts";\nexport const planted = mlflow;\n',
    ),
    /no-restricted-imports/,
  );
});

test("a shell file other than main.ts that binds a port is found", () => {
  assert.match(
    lintOf(
      "src/cli/commands/planted-fault.ts",
      'import { openFolder } from "../../edge/folder-tree.ts";\nexport const planted = openFolder;\n',
    ),
    /no-restricted-imports/,
  );
});

test("a page of the console that reaches into the server is found", () => {
  assert.match(
    lintOf(
      "console/src/parts/planted-fault.ts",
      'import { idOf } from "../../../src/kernel/digest.ts";\nexport const planted = idOf(["a"]);\n',
    ),
    /no-restricted-imports/,
  );
});

test("what the list allows is not complained about", () => {
  assert.doesNotMatch(
    lintOf(
      "src/findings/planted-fault.ts",
      'import { idOf } from "../kernel/digest.ts";\nexport const planted = idOf(["a"]);\n',
    ),
    /no-restricted-imports/,
  );
});

test("every folder of src stands in the list", () => {
  const present = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  assert.deepEqual(
    present.filter((folder) => !folders.includes(folder)),
    [],
  );
});
