import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { kitFiles, kitFolder, read, skipWithout, tool } from "./kit.ts";
import { Application, CronJob, SealedSecret, StatefulSet, schemas } from "./objects.ts";

const Object_ = z
  .object({
    kind: z.string(),
    metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }).optional(),
  })
  .loose();

interface Found {
  readonly file: string;
  readonly object: z.infer<typeof Object_>;
}

const yamlFiles = kitFiles().filter((path) => /\.ya?ml$/.test(path));

/** Every Kubernetes object of the kit. */
function objects(): readonly Found[] {
  return yamlFiles.flatMap((file) =>
    parseAllDocuments(read(file)).flatMap((document) => {
      const parsed = Object_.safeParse(document.toJS());
      return parsed.success ? [{ file, object: parsed.data }] : [];
    }),
  );
}

function ofKind<T>(kind: string, schema: z.ZodType<T>): readonly T[] {
  return objects()
    .filter(({ object }) => object.kind === kind)
    .map(({ object }) => schema.parse(object));
}

test("the paths that the guides name exist", () => {
  const named = [
    ...["gitlab", "sharinghub", "mlflow"].flatMap((name) => [
      `argocd-apps/${name}-application.yaml`,
      `argocd-apps/values/${name}-values.yaml`,
    ]),
    ".github/workflows/maintenance.yml",
    "docs/maintenance-logs/TEMPLATE.md",
    "docs/incidents/TEMPLATE.md",
    ...["local", "dev", "staging", "prod"].map((name) => `terraform/environments/${name}/main.tf`),
  ];

  assert.deepEqual(
    named.filter((path) => !kitFiles().includes(path)),
    [],
  );
});

test("all YAML and JSON parses, without warnings and without duplicate keys", () => {
  for (const file of yamlFiles) {
    for (const document of parseAllDocuments(read(file))) {
      assert.deepEqual(
        [...document.errors, ...document.warnings].map((problem) => `${file}: ${problem.message}`),
        [],
      );
    }
  }
  for (const file of kitFiles().filter((path) => path.endsWith(".json"))) assert.ok(JSON.parse(read(file)));
});

test("every Kubernetes object has the shape its kind asks for", () => {
  for (const { file, object } of objects()) {
    const result = schemas[object.kind]?.safeParse(object);
    assert.ok(result?.success !== false, `${file} ${object.kind} ${object.metadata?.name}: ${result?.error?.message}`);
  }
});

test("a chart's value files exist in this repository", () => {
  const files = ofKind("Application", Application).flatMap(({ spec }) =>
    (spec.sources ?? []).flatMap((source) => source.helm?.valueFiles ?? []),
  );

  assert.equal(files.length, 3);
  for (const file of files) assert.ok(kitFiles().includes(file.replace("$values/", "")), file);
});

test("every path an Application follows is a folder here", () => {
  const own = ofKind("Application", Application).flatMap(({ spec }) =>
    spec.source === undefined ? [] : [spec.source.path ?? ""],
  );

  for (const path of own) assert.ok(statSync(join(kitFolder, path)).isDirectory(), path);
});

test("production leaves selfHeal off, the other environments turn it on, and each says why", () => {
  for (const app of ofKind("Application", Application).filter(({ metadata }) => metadata.name !== "platform")) {
    assert.equal(app.spec.syncPolicy.automated.selfHeal, false, app.metadata.name);
  }
  for (const environment of ["local", "dev", "staging"]) {
    assert.match(
      read(`environments/${environment}/kustomization.yaml`),
      /# selfHeal true, a stated choice[\s\S]*path: \/spec\/syncPolicy\/automated\/selfHeal\n +value: true/,
    );
  }
  assert.match(read("argocd-apps/gitlab-application.yaml"), /# Production, a stated choice/);
});

test("kustomize renders every environment with its own values on top", (context) => {
  if (skipWithout("kubectl", context)) return;
  for (const environment of ["local", "dev", "staging", "prod"]) {
    const rendered = parseAllDocuments(
      execFileSync(tool("kubectl"), ["kustomize", join(kitFolder, "environments", environment)], { encoding: "utf8" }),
    );
    const apps = rendered
      .map((document) => z.unknown().parse(document.toJS()))
      .filter((object) => Object_.parse(object).kind === "Application")
      .map((object) => Application.parse(object));
    const gitlab = apps.find(({ metadata }) => metadata.name === "gitlab");
    const files = gitlab?.spec.sources?.[0]?.helm?.valueFiles ?? [];

    assert.equal(apps.length, 8);
    assert.deepEqual(
      files,
      environment === "prod"
        ? ["$values/argocd-apps/values/gitlab-values.yaml"]
        : [
            "$values/argocd-apps/values/gitlab-values.yaml",
            `$values/environments/${environment}/values/gitlab-values.yaml`,
          ],
    );
    assert.ok(files.every((file) => kitFiles().includes(file.replace("$values/", ""))));
    assert.ok(apps.every(({ spec }) => spec.syncPolicy.automated.selfHeal === (environment !== "prod")));
  }
});

test("every datastore has a backup job that dumps from it", () => {
  const jobs = ofKind("CronJob", CronJob).map((job) => JSON.stringify(job));

  for (const { metadata } of ofKind("StatefulSet", StatefulSet)) {
    assert.ok(
      jobs.some(
        (job) =>
          job.includes(`"namespace":"${metadata.namespace}"`) &&
          new RegExp(`(--host=|-h )${metadata.name}\\b`).test(job),
      ),
      metadata.name,
    );
  }
});

test("a dump is stored only after it was made and read back", () => {
  for (const job of ofKind("CronJob", CronJob).filter(({ metadata }) => metadata.name.endsWith("postgresql-backup"))) {
    const pod = job.spec.jobTemplate.spec.template.spec;

    assert.deepEqual(
      [pod.initContainers?.map(({ name }) => name), pod.containers.map(({ name }) => name)],
      [["dump"], ["store"]],
    );
    assert.match(JSON.stringify(pod), /pg_restore --list/);
  }
});

test("no environment copies another one's buckets", () => {
  for (const environment of ["local", "dev", "staging"]) {
    const text = read(`environments/${environment}/kustomization.yaml`);
    const buckets = /\/data\/BUCKETS\n +value: (.*)/.exec(text)?.[1]?.split(" ") ?? [];

    assert.equal(buckets.length, 6);
    assert.ok(buckets.every((bucket) => bucket.endsWith(`-${environment}`)));
    assert.match(text, new RegExp(`/data/BUCKET\n +value: mlops-backups-${environment}\n`));
  }
});

test("the secrets' backup holds GitLab's rails secret", () => {
  assert.match(read("backups/gitlab-secrets.yaml"), /name: gitlab-rails-secret\n +items:/);
});

test("MLflow is bound to its PostgreSQL by a Secret that exists and carries the key", () => {
  const values = z.object({
    postgresql: z.object({ enabled: z.literal(false) }),
    mlflowSharinghub: z.object({ existingSecret: z.string(), backendStoreUriSecret: z.literal(true) }),
    image: z.object({ tag: z.string() }),
  });
  const { mlflowSharinghub } = values.parse(parse(read("argocd-apps/values/mlflow-values.yaml")));

  const secret = ofKind("SealedSecret", SealedSecret).find(
    ({ metadata }) => metadata.name === mlflowSharinghub.existingSecret,
  );
  assert.deepEqual(Object.keys(secret?.spec.encryptedData ?? {}), ["secret-key", "backend-store-uri"]);
});

test("every Secret that an object or a value names is sealed here or made by a chart", () => {
  const text = ["datastores", "backups", "argocd-apps/values"]
    .flatMap((folder) =>
      kitFiles()
        .filter((path) => path.startsWith(`${folder}/`))
        .map(read),
    )
    .join("\n");
  const named = [
    ...text.matchAll(/(?:secretKeyRef|secretRef|secret):\n\s+name: (\S+)|(?:existingSecret|secret): ([a-z][\w-]+)/g),
  ].map((match) => match[1] ?? match[2] ?? "");
  const sealed = new Set(ofKind("SealedSecret", SealedSecret).map(({ metadata }) => metadata.name));

  assert.ok(named.length > 20);
  assert.deepEqual(
    [...new Set(named)].filter((name) => !sealed.has(name) && name !== "gitlab-rails-secret"),
    [],
  );
});

test("MLflow's path is announced, and SharingHub's host has one owner", () => {
  assert.match(read("routes/mlflow.yaml"), /X-Script-Name: \/mlflow/);
  assert.match(read("argocd-apps/values/mlflow-values.yaml"), /ingress:\n {2}enabled: false/);
});

test("nothing follows latest, a branch or a range", () => {
  for (const file of kitFiles().filter((path) => !path.endsWith(".md") && !path.startsWith("scripts/"))) {
    const code = read(file)
      .split("\n")
      .filter((line) => !/^\s*(#|"description")/.test(line))
      .join("\n");
    assert.doesNotMatch(
      code,
      /:latest\b|tag: "?latest|targetRevision: "?(main|master|HEAD|\*)|version *= *"[~><]/,
      file,
    );
  }
});

test("the scheduled workflow is pinned by commit, may only read, and calls nothing destructive", () => {
  const text = read(".github/workflows/maintenance.yml");
  const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];

  assert.match(text, /cron: "0 2 \* \* 1"/);
  assert.match(text, /permissions:\n {2}contents: read\n/);
  assert.equal(uses.length, 3);
  for (const [, action, comment] of uses) assert.match(`${action}${comment}`, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const ci of [text, read(".gitlab-ci.yml")])
    assert.doesNotMatch(ci, /CONFIRM|clean|terraform apply|argocd app sync|kubectl (apply|delete)/);
});

test("all four Terraform environments have exact versions, a remote locked state and one module", () => {
  const state = new Set<string>();
  for (const environment of ["local", "dev", "staging", "prod"]) {
    const folder = `terraform/environments/${environment}`;
    assert.match(read(`${folder}/versions.tf`), /required_version = "= \d+\.\d+\.\d+"/);
    assert.equal(read(`${folder}/versions.tf`).match(/version = "= \d+\.\d+\.\d+"/g)?.length, 3);
    assert.match(read(`${folder}/backend.tf`), /^ {2}backend "s3" \{[\s\S]*use_lockfile = true/m);
    state.add(/key +=.*/.exec(read(`${folder}/backend.tf`))?.[0] ?? "");
  }
  assert.equal(state.size, 4);
});

test("the maintenance log's template has the guide's fields", () => {
  for (const field of ["Date", "Maintainer", "Task", "Environment", "Duration"])
    assert.match(read("docs/maintenance-logs/TEMPLATE.md"), new RegExp(`\\*\\*${field}:\\*\\*`));
  assert.match(read("docs/maintenance-logs/TEMPLATE.md"), /## Issues[\s\S]*## Next actions/);
});

test("shellcheck finds nothing in the scripts", (context) => {
  if (skipWithout("shellcheck", context)) return;
  const scripts = kitFiles().filter((path) => path.startsWith("scripts/"));

  const ran = spawnSync(tool("shellcheck"), ["-x", ...scripts], { cwd: kitFolder, encoding: "utf8" });

  assert.equal(ran.status, 0, ran.stdout);
});

test("Terraform's own formatter has nothing to change", (context) => {
  if (skipWithout("terraform", context)) return;
  assert.equal(spawnSync(tool("terraform"), ["fmt", "-check", "-recursive", join(kitFolder, "terraform")]).status, 0);
});
