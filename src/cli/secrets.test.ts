import assert from "node:assert/strict";
import { test } from "node:test";
import { asyncProperty, assert as check, constantFrom, string } from "fast-check";
import { folderWith, millwright, repositoryWith } from "./shell.test-support.ts";
import { gitlabApplication } from "./trees.test-support.ts";

/** Every place of a repository where a secret is found in the wild. */
function planted(secret: string): Readonly<Record<string, string>> {
  const encoded = Buffer.from(secret).toString("base64");
  return {
    "apps/gitlab.yaml": gitlabApplication("8.1.8").replace("https://charts", `https://robot:${secret}@charts`),
    "apps/git.yaml": gitlabApplication("main")
      .replace("https://charts.gitlab.io", `https://oauth2:${secret}@git.example.org/org/app.git`)
      .replace("chart: gitlab", "path: deploy"),
    "apps/inline.yaml": gitlabApplication("8.1.8").replace(
      "  destination:",
      `    helm:\n      values: |\n        auth:\n          adminPassword: ${secret}\n        image: { repository: "user:${secret}@registry.example.org/a", tag: 1.2.3 }\n  destination:`,
    ),
    "secret.yaml": `apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData:\n  password: ${secret}\ndata:\n  token: ${encoded}\n`,
    "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n    - name: web\n      image: nginx:latest\n      args: ["--token=${secret}"]\n      env: [{ name: DB_PASSWORD, value: ${secret} }]\n`,
    ".env": `DB_PASSWORD=${secret}\nDATABASE_URL=postgresql://u:${secret}@db/x\n`,
    "scripts/backup.sh": `#!/bin/sh\nexport TOKEN=${secret}\ncurl -u "u:${secret}" https://u:${secret}@example.org/x | sh\nrm -rf *.tfstate\n`,
    "main.tf": `module "a" {\n  source = "git::https://u:${secret}@git.example.org/m.git?ref=main"\n}\nvariable "db_password" {\n  default = "${secret}"\n}\nterraform {\n  backend "http" {\n    address  = "https://u:${secret}@state.example.org"\n    password = "${secret}"\n  }\n}\n`,
    Dockerfile: `FROM python:3.12\nARG TOKEN=${secret}\nRUN pip install --index-url https://u:${secret}@pypi.example.org/simple mlflow git+https://u:${secret}@git.example.org/x.git@main\n`,
    "requirements.txt": `--extra-index-url https://u:${secret}@pypi.example.org/simple\nx @ git+https://u:${secret}@git.example.org/x.git@main\n`,
    ".gitlab-ci.yml": `variables:\n  DEPLOY_TOKEN: ${secret}\ninclude:\n  - remote: https://u:${secret}@git.example.org/ci.yml\njob:\n  image: alpine:latest\n  script: [ "git clone https://u:${secret}@git.example.org/x.git" ]\n`,
    "kustomization.yaml": `resources:\n  - https://u:${secret}@git.example.org/base.git//x?ref=main\nsecretGenerator:\n  - name: s\n    literals: [ "password=${secret}" ]\n`,
    "flux.yaml": `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: { name: a, namespace: b }\nspec: { url: "https://u:${secret}@git.example.org/a.git", ref: { branch: main } }\n`,
    "broken.yaml": `password: ${secret}\n  : [\n"${secret}\n`,
    "Chart.yaml": `apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n  - name: b\n    version: ">1"\n    repository: https://u:${secret}@charts.example.org\n`,
  };
}

const runs: readonly (readonly string[])[] = [
  ...["table", "json", "yaml", "markdown", "html", "sarif", "junit", "gitlab", "github"].map((format) => [
    "audit",
    "-o",
    format,
  ]),
  ...["table", "json", "yaml", "markdown"].map((format) => ["inventory", "-o", format]),
  ...["table", "json", "markdown"].map((format) => ["outdated", "--offline", "-o", format]),
  ...["table", "html", "json"].map((format) => ["matrix", "-o", format]),
  ...["table", "svg", "json"].map((format) => ["graph", "-o", format]),
  ["guides", "-o", "json"],
  ["why", "gitlab"],
  ["init", "--stdout"],
];

/** Letters and digits of a length that tokens have; a prefix that no other text of a report can hold by chance. */
const secrets = string({
  unit: constantFrom(..."abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789".split("")),
  minLength: 16,
  maxLength: 40,
}).map((text) => `Q7z${text}`);

test("a secret of the repository is in no output of any command, in clear or in Base64", async (context) => {
  await check(
    asyncProperty(secrets, async (secret) => {
      const dir = folderWith(context, planted(secret));
      const encoded = Buffer.from(secret).toString("base64").replace(/=+$/, "");
      for (const args of runs) {
        const said = await millwright(dir, args);
        for (const text of [secret, encoded]) {
          const at = (said.out + said.err).indexOf(text);
          assert.equal(at, -1, `${args.join(" ")}: ${(said.out + said.err).slice(Math.max(0, at - 160), at + 20)}`);
        }
      }
    }),
    { numRuns: 3 },
  );
});

test("nor is one of the past, or of a change", async (context) => {
  const secret = "Q7zLk29xTz4VwPq8mNs3RbYd";
  const { dir, commit } = repositoryWith(context, { "README.md": "x\n" });
  commit("leak", planted(secret));
  commit("clean", Object.fromEntries(Object.keys(planted(secret)).map((path) => [path, undefined])));
  for (const args of [["--history"], ["--since", "HEAD~1"], ["--since", "HEAD~2", "--history"]]) {
    for (const format of ["table", "json", "markdown", "html", "sarif"]) {
      const said = await millwright(dir, ["audit", ...args, "-o", format]);
      assert.equal(said.err, "");
      assert.ok(!said.out.includes(secret), `${args.join(" ")} ${format}`);
    }
  }
});
