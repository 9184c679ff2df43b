import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../kernel/instant.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { planUpgrade } from "./plan.ts";
import type { Plan } from "./plan-types.ts";
import { gitlabAt, type Rehearsal, rehearse } from "./runbook.test-support.ts";
import { planAsShell } from "./shell.ts";

const facts = loadFacts(upgradeFactsData);
const now = "2026-11-25T00:00:00.000Z" as Instant;
const plan = (system: string, from: string, to: string, more: Partial<typeof facts> = {}): Plan =>
  planUpgrade({ system, from, to }, { ...facts, ...more }, now);
const yes = "yes\n".repeat(80);

/** A runbook of the first hop with the checks of these ids alone. */
function only(made: Plan, ...ids: readonly string[]): string {
  const [hop] = made.hops;
  assert.ok(hop);
  const kept = (checks: typeof hop.before) => checks.filter((check) => ids.includes(check.id));
  const one = { ...hop, before: kept(hop.before), during: kept(hop.during), after: kept(hop.after), irreversible: [] };
  assert.equal(one.before.length + one.during.length + one.after.length, ids.length, ids.join());
  return planAsShell({ ...made, hops: [one] });
}

/** Whether the run went through; one that did not must have said why. */
function holds(run: Rehearsal): boolean {
  assert.ok(run.status === 0 || /STOP: /.test(run.err), run.err);
  return run.status === 0;
}

const gitlab = plan("gitlab", "17.8.7", "17.11.7");

test("MLflow's automation is suspended before its server is stopped and its schema changed", () => {
  for (const system of ["mlflow", "mlflow-sharinghub"]) {
    const during = plan(system, "0.1.0", "0.2.0").hops[0]?.during.map((check) => check.id) ?? [];
    const order = ["policy-recorded", "suspend-automation", "stop", "db-upgrade", "target-revision", "sync", "started"];

    assert.deepEqual(
      during.filter((id) => order.includes(id)),
      order,
      system,
    );
  }
  const git = plan("mlflow", "2.14.1", "3.4.0").hops[0]?.during.find((check) => check.id === "target-revision");
  assert.doesNotMatch(git?.what ?? "targetRevision", /targetRevision/, "3.4.0 is the core's version, not the chart's");
});

test("PostgreSQL 14.17 is not 17", () => {
  const reached = (to: string, number: string) =>
    holds(rehearse(only(plan("postgresql", "14", to), "reached"), { psql: `echo ${number}` }, yes));

  assert.equal(reached("17", "140017"), false);
  assert.equal(reached("17", "180000"), false);
  assert.equal(reached("17", "170002"), true);
  assert.equal(reached("17.2", "170001"), false);
  assert.equal(reached("17.2", "170002"), true);
  assert.equal(reached("17", ""), false);
});

test("a kubelet three minors behind stops the control plane, two do not, and a newer one does", () => {
  const script = only(plan("kubernetes", "1.29.4", "1.30"), "kubelets");
  const nodes = (...kubelets: readonly string[]) =>
    holds(rehearse(script, { kubectl: kubelets.map((one) => `echo 'node.${one} ${one}'`).join("\n") }, yes));

  assert.equal(nodes("v1.29.4", "v1.27.9-eks-1"), true);
  assert.equal(nodes("v1.29.4", "v1.26.1"), false);
  assert.equal(nodes("v1.30.0"), false);
  assert.equal(nodes(), false);
});

test("the API server's version is compared whole", () => {
  const script = only(plan("kubernetes", "1.29", "1.30.4"), "server-version");
  const says = (version: string) => holds(rehearse(script, { kubectl: `echo '{"gitVersion": "${version}"}'` }, yes));

  assert.equal(says("v1.30.4+k3s1"), true);
  assert.equal(says("v1.30.40"), false);
});

test("MLflow's version and schema are compared", () => {
  const core = only(plan("mlflow", "2.14.1", "3.4.0"), "core-version");
  const plugin = only(plan("mlflow-sharinghub", "0.1.0", "0.2.0"), "core-version");
  const schema = only(plan("mlflow", "2.14.1", "3.4.0"), "schema-after");
  const says = (script: string, stubs: Readonly<Record<string, string>>) => holds(rehearse(script, stubs, yes));

  assert.equal(says(core, { curl: "echo 3.4.0" }), true);
  assert.equal(says(core, { curl: "echo 2.14.1" }), false);
  assert.equal(says(core, { curl: "exit 22" }), false);
  assert.equal(says(plugin, { curl: "echo 2.14.3" }), true);
  assert.equal(says(plugin, { curl: "echo 2.140.3" }), false);
  assert.equal(says(schema, { psql: "echo 4465047574b1" }), true);
  assert.equal(says(schema, { psql: "echo 5b0e9adcef9c" }), false);
});

test("what a person must judge is shown without its password, and stops the run when it is not so", () => {
  const script = only(plan("mlflow", "2.14.1", "3.4.0"), "effective-store");
  const kubectl = 'case "$*" in *deploy*) echo postgresql://mlflow:hunter2@db/mlflow ;; esac';

  const run = rehearse(script, { kubectl }, "yes\nno\n");

  assert.equal(run.status, 1);
  assert.match(run.out, /postgresql:\/\/\.\.\.@db\/mlflow/);
  assert.doesNotMatch(run.out, /hunter2/);
  assert.equal(holds(rehearse(script, {}, yes)), false, "no store named at all");
});

test("unreadable secrets stop the runbook where nobody says that none was named", () => {
  const script = only(gitlab, "secrets-decrypt");
  const stubs = { ...gitlabAt("17.8.7"), kubectl: "echo 'Group[1]: runners_token'" };

  const run = rehearse(script, stubs, "yes\nno\n");

  assert.match(run.err, /names none that cannot[\s\S]*STOP: not confirmed/);
  assert.equal(run.status, 1);
});

test("what is recorded is readable by its owner alone, and an empty answer is no record", () => {
  const script = only(plan("argocd", "2.13", "2.14"), "backup");

  const run = rehearse(script, { argocd: "echo 'password: x'" }, yes);

  assert.equal(run.status, 0, run.err);
  assert.deepEqual(run.files["argocd-2.13.yaml"], { text: "password: x\n", mode: 0o600 });
  assert.equal(holds(rehearse(script, {}, yes)), false);
});

test("what was upgraded is asked for its version: Argo CD, Keycloak, cert-manager, Velero", () => {
  const image = (version: string) => ({ kubectl: `echo quay.io/project/server:${version}` });
  const keycloak = only(plan("keycloak", "25.0.6", "26.0.5"), "reached");
  for (const system of ["argocd", "cert-manager", "velero"]) {
    const script = only(plan(system, "2.13.0", "2.14.2"), "reached");
    assert.equal(holds(rehearse(script, image("v2.14.2"), yes)), true, system);
    assert.equal(holds(rehearse(script, image("v2.13.0"), yes)), false, system);
  }

  assert.equal(holds(rehearse(keycloak, { kubectl: "echo Keycloak 26.0.5" }, yes)), true);
  assert.equal(holds(rehearse(keycloak, { kubectl: "echo Keycloak 25.0.6" }, yes)), false);
});

test("the sync policy is put back as it was, also where there was none", () => {
  const script = only(gitlab, "policy-recorded", "suspend-automation", "resume-automation");
  const policy = '{"automated":{"prune":true},"retry":{"limit":2}}';

  const had = rehearse(script, { ...gitlabAt("17.8.7"), kubectl: `printf '%s' '${policy}'` }, yes);
  const none = rehearse(script, gitlabAt("17.8.7"), yes);

  assert.ok(had.calls.includes(`argocd app patch gitlab --type merge --patch {"spec":{"syncPolicy":${policy}}}`));
  assert.ok(none.calls.includes('--patch {"spec":{"syncPolicy":null}}'));
  assert.equal(had.files["sync-policy.json"]?.mode, 0o600);
});

test("a sync policy that did not come back stops the run", () => {
  const script = only(gitlab, "policy-recorded", "automation-resumed");
  const kubectl = `case "$*" in *syncPolicy*) if [ -e seen ]; then echo null; else touch seen; echo '{"a":1}'; fi ;; esac`;

  assert.match(rehearse(script, { ...gitlabAt("17.8.7"), kubectl }, yes).err, /STOP: .*The sync policy is the one/);
});

test("a failed migrations job ends the wait at once; of several the newest counts", () => {
  const script = only(gitlab, "migrations-job");
  const jobs = (...lines: readonly string[]) =>
    rehearse(script, { ...gitlabAt("17.8.7"), kubectl: lines.map((line) => `echo '${line}'`).join("\n") }, yes);

  assert.match(jobs("old Complete ", "new Failed ").err, /STOP: the job failed.*job\/new/);
  assert.equal(jobs("old Failed ", "new SuccessCriteriaMet Complete ").status, 0);
});

test("the backup's version is read from its first part; the whole is read only where it is not there", () => {
  const script = only(gitlab, "backup-same-version");
  const tar = (version: string) =>
    `mkdir -p t && echo ':gitlab_version: ${version}' >t/backup_information.yml && tar -cf whole.tar -C t .`;
  const ranged = (version: string) =>
    `${tar(version)}; for last; do :; done; case "$*" in *get-object*) cp whole.tar "$last" ;; esac`;
  const streamed = `${tar("17.8.7-ee")}; case "$*" in *get-object*) : ;; *) cat whole.tar ;; esac`;
  const run = (aws: string) => rehearse(script, { ...gitlabAt("17.8.7"), aws }, yes, { BACKUP_KEY: "k" });

  const head = run(ranged("17.8.7-ee"));

  assert.equal(head.status, 0, head.err);
  assert.match(head.calls, /--range bytes=0-16777215/);
  assert.doesNotMatch(head.calls, /aws s3 cp/);
  assert.equal(holds(run(ranged("17.8.70"))), false);
  assert.match(run(streamed).calls, /aws s3 cp s3:\/\/b\/k -/);
  assert.equal(holds(run(streamed)), true);
  assert.equal(holds(run("exit 1")), false);
});

const settled = { answers: { postgresqlVersion: "16.8", redisVersion: "7.2" } };
const twoHops = plan("gitlab", "17.5.5", "17.11.7", settled);

test("a stop says how to go on, and going on begins at that hop", () => {
  const script = planAsShell(twoHops);
  const stopped = rehearse(script, { ...gitlabAt("17.5.5"), psql: "echo Job" }, yes);
  const resumed = rehearse(script, { ...gitlabAt("17.8.7"), psql: "echo Job" }, yes, { FROM_HOP: "2" });

  assert.match(stopped.err, /go on here: FROM_HOP=1 FROM_PHASE=before sh /);
  assert.doesNotMatch(resumed.out, /Hop 1 of/);
  assert.match(resumed.out, /Hop 2 of 2: gitlab 17\.8\.7 to 17\.11\.7[\s\S]*GitLab says it is 17\.8\.7/);
  assert.match(resumed.err, /FROM_HOP=2 FROM_PHASE=before/);
});

test("a hop does not begin where GitLab is not", () => {
  const run = rehearse(planAsShell(twoHops), gitlabAt("17.5.5"), yes, { FROM_HOP: "2" });

  assert.match(run.err, /STOP: this hop begins at 17\.8\.7, and GitLab says 17\.5\.5/);
});

test("going on after a change neither asks for the backup again nor changes the platform", () => {
  const run = rehearse(planAsShell(twoHops), gitlabAt("17.11.7"), yes, { FROM_HOP: "2", FROM_PHASE: "after" });

  assert.doesNotMatch(run.calls, /backup-utility|app sync|app set/);
  assert.match(run.err, /FROM_HOP=2 FROM_PHASE=after/);
  for (const wrong of [{ FROM_HOP: "3" }, { FROM_HOP: "0" }, { FROM_HOP: "x" }, { FROM_PHASE: "later" }]) {
    assert.match(rehearse(planAsShell(twoHops), {}, yes, wrong).err, /STOP: FROM_/);
  }
});

test("what the runbook would reach is shown and confirmed first", () => {
  const kubectl = `case "$*" in *current-context) echo staging ;; *minify*) echo https://cluster.example.org ;; esac`;
  const argocd = "echo 'CURRENT  NAME'; echo '*  argocd.example.org'";
  const elsewhere = { AWS_ENDPOINT_URL: "https://s3.example.org" };

  const run = rehearse(planAsShell(twoHops), { kubectl, argocd }, "no\n", elsewhere);

  assert.equal(run.status, 1);
  assert.match(run.out, /kubectl: staging, https:\/\/cluster\.example\.org\nargocd: \* {2}argocd.*\nS3: https:\/\/s3/);
  assert.deepEqual(
    run.calls.split("\n").filter((call) => !/config|context|^$/.test(call)),
    [],
  );
});

test("a program that is not there is named before anything is asked", () => {
  const run = rehearse(planAsShell(twoHops), {}, yes, { PATH: "/nonexistent" });

  assert.match(run.err, /STOP: this runbook needs programs that are not here: kubectl argocd psql/);
});

test("a query decides a conditional hop; a person is asked only where it could not", () => {
  const made = plan("gitlab", "17.8.7", "18.2.8", { answers: { redisVersion: "7.2" } });
  const script = planAsShell({ ...made, hops: made.hops.filter((hop) => hop.condition !== null) });
  const run = (psql: string, answers: string) => rehearse(script, { ...gitlabAt("17.11.7"), psql }, answers);

  assert.match(run("echo 1", "yes\nno\n").out, /Answer: 1\nNeeded: PostgreSQL is older than 16/);
  assert.match(run("", "yes\n").out, /Left out, it is not so: PostgreSQL is older than 16/);
  assert.equal(run("", "yes\n").status, 0);
  assert.match(run("exit 2", "yes\nskip\n").err, /Type take or skip/);
});

test("a count below its bound settles only a condition without another clause", () => {
  const made = plan("gitlab", "15.11.13", "16.3.9", { answers: { npmPackages: false, postgresqlVersion: "13.9" } });
  const hops = made.hops.filter((hop) => hop.version === "16.0.10").map((hop) => ({ ...hop, number: 1 }));
  const script = planAsShell({ ...made, hops });

  assert.match(rehearse(script, { psql: "echo 12" }, "yes\n").err, /Type take or skip/);
  assert.match(rehearse(script, { psql: "echo 30001" }, "yes\n").out, /Needed: /);
});

test("a chart the facts do not name is asked for with how to find it, and then looked for", () => {
  const made = plan("gitlab", "19.2.4", "19.6.0", { answers: { postgresqlVersion: "17.1", redisVersion: "7.2" } });
  const script = only(made, "target-revision-live");
  const kubectl = `case "$*" in *targetRevision*) echo 10.5.3 ;; esac`;
  const run = (answers: string, extra = {}) => rehearse(script, { ...gitlabAt("19.2.4"), kubectl }, answers, extra);

  assert.match(run("yes\n10.5.3\nyes\n").err, /index\.yaml.*helm search repo gitlab\/gitlab --versions/);
  assert.equal(holds(run("yes\n10.5.3\nyes\n")), true);
  assert.equal(holds(run("yes\n10.5.4\nyes\n")), false);
  assert.equal(holds(run("yes\nyes\n", { CHART_1: "10.5.3" })), true);
  assert.equal(holds(run("yes\n$(id)\nyes\n")), false);
});

test("sources stand once, at the end", () => {
  const [body = "", sources = ""] = planAsShell(twoHops).split("\n# Sources\n");

  assert.doesNotMatch(body, /gitlabhq\/gitlabhq:/);
  assert.match(body, /^# backup-taken \[\d+\]$/m);
  assert.match(sources, /^# \[1\] \S/);
});
