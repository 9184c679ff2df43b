import assert from "node:assert/strict";
import { test } from "node:test";
import { folderWith, millwright, repositoryWith } from "./shell.test-support.ts";

const latest = { "compose.yaml": "services:\n  a:\n    image: org/a:latest\n" };

test("a fix that knows no version says that outdated comes first, and fails when it was told to write", async (context) => {
  const dir = folderWith(context, latest);

  const shown = await millwright(dir, ["fix"]);
  assert.match(shown.out, /Nothing to write: of 1 pin no version is known here\. Run 'millwright outdated'/);
  assert.equal(shown.code, 0);

  const written = await millwright(dir, ["fix", "--write", "-o", "table"]);
  assert.match(written.out, /Nothing was written: of 1 pin no version is known/);
  assert.equal(written.code, 1);
});

test("nothing to write where all is pinned is no failure, and is said", async (context) => {
  const dir = folderWith(context, { "compose.yaml": "services:\n  a:\n    image: org/a:1.0.0\n" });

  const { out, code } = await millwright(dir, ["fix", "--write"]);

  assert.match(out, /Nothing was written: every pin names one release\./);
  assert.equal(code, 0);
});

test("a version that nothing can have is refused before anything is announced", async (context) => {
  const said = await millwright(folderWith(context, latest), ["fix", "--name", "org/a", "--to", "x y", "--write"]);

  assert.deepEqual([said.code, said.out], [1, ""]);
  assert.match(said.err, /--to "x y" is no exact version of image org\/a/);
});

test("a branch that has the change already is left alone, and says so without the diff", async (context) => {
  const { dir } = repositoryWith(context, latest);
  const args = ["fix", "--name", "org/a", "--to", "1.0.0", "--branch", "mw"];

  assert.match((await millwright(dir, args)).out, /Branch mw: 1 commit\./);
  const again = await millwright(dir, args);

  assert.match(again.out, /Nothing was written: the branch mw has this change already\./);
  assert.doesNotMatch(again.out, /^\+/m);
  assert.equal(again.code, 0);
});

test("one commit is one, and outside Git none can be made", async (context) => {
  const args = ["fix", "--name", "org/a", "--to", "1.0.0", "--commit"];
  assert.match((await millwright(repositoryWith(context, latest).dir, args)).out, /Made 1 commit\./);

  const outside = await millwright(folderWith(context, latest), args);

  assert.equal(outside.code, 1);
  assert.match(outside.err, /is in no Git repository, so nothing can be committed there: write the fix with --write/);
});

test("the repository of the values themselves is no pin to fix, another one is", async (context) => {
  const dir = folderWith(context, {
    "app.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: shop
  sources:
    - repoURL: https://git.example.org/shop/chart.git
      path: chart
      targetRevision: main
      helm: { valueFiles: [$values/values/shop.yaml] }
    - repoURL: https://git.example.org/shop/platform.git
      targetRevision: main
      ref: values
  destination: { server: https://kubernetes.default.svc, namespace: shop }
`,
    "values/shop.yaml": "replicas: 1\n",
  });

  const { out } = await millwright(dir, ["fix", "-o", "json"]);

  const { unknown } = JSON.parse(out) as { readonly unknown: readonly { readonly name: string }[] };
  assert.deepEqual(
    unknown.map(({ name }) => name),
    ["https://git.example.org/shop/chart.git"],
  );
});
