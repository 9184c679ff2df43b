import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../kernel/instant.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { planUpgrade } from "./plan.ts";
import { rehearse } from "./runbook.test-support.ts";
import { planAsShell } from "./shell.ts";

const facts = loadFacts(upgradeFactsData);
const now = "2026-11-25T00:00:00.000Z" as Instant;
const yes = "yes\n".repeat(80);

/** A platform on which all goes well: a sync brings the version wanted, and every question has the right answer. */
const platform = {
  argocd: `case "$*" in "app sync"*) echo 17.11.7 >reached ;; "app get"*) echo '{}' ;; context) echo '* production' ;; esac`,
  kubectl: `case "$*" in
  *syncPolicy*) printf '{"automated":{"selfHeal":true}}' ;;
  *targetRevision*) echo ' 8.11.8' ;;
  *"get job"*) echo 'gitlab-migrations-1 Complete ' ;;
  *migrate:status*) echo '   up     20260101000000  First' ;;
  *) echo shown ;;
esac`,
  psql: `case "$*" in *server_version_num*) echo 1 ;; esac`,
  aws: `for last; do :; done
case "$*" in
  *head-object*) echo 100 ;;
  *get-object*) mkdir -p t && echo ':gitlab_version: 17.8.7-ee' >t/backup_information.yml && tar -cf "$last" -C t . ;;
esac`,
  curl: `file= && before=
for word; do
  if [ "$before" = --output ]; then file=$word; fi
  before=$word
done
case $word in
  */metadata) answer="{\\"version\\": \\"$(cat reached 2>/dev/null || echo 17.8.7)-ee\\"}" ;;
  *readiness*) answer='{"status": "ok"}' ;;
  *queue_metrics) answer='{"backlog": 0}' ;;
  *items*) answer='{"type": "Feature"}' ;;
  *) answer=page ;;
esac
if [ -n "$file" ]; then printf '%s' "$answer" >"$file" && printf 200; else printf '%s' "$answer"; fi`,
};

const script = planAsShell(planUpgrade({ system: "gitlab", from: "17.8.7", to: "17.11.7" }, facts, now));

test("where all goes well the runbook goes through and leaves the sync policy as it found it", () => {
  const run = rehearse(script, platform, yes);

  assert.equal(run.status, 0, `${run.out}\n${run.err}`);
  assert.match(run.out, /All hops of this runbook are done/);
  const effects = run.calls
    .split("\n")
    .filter((call) => /app (set|sync|patch)|-- backup-utility|push/.test(call))
    .map((call) => call.replace(/-C \S+ /, ""));
  assert.deepEqual(effects, [
    "kubectl -n gitlab exec deploy/gitlab-toolbox -c toolbox -- backup-utility",
    "argocd app set gitlab --sync-policy none",
    "argocd app sync gitlab --prune=false",
    "git push --quiet",
    'argocd app patch gitlab --type merge --patch {"spec":{"syncPolicy":{"automated":{"selfHeal":true}}}}',
  ]);
  assert.deepEqual(
    Object.entries(run.files).map(([name, { mode }]) => [name, mode]),
    [
      ["application.json", 0o600],
      ["components-17.8.7.txt", 0o600],
      ["sync-policy.json", 0o600],
    ],
  );
});

test("a command that fails says where to go on", () => {
  const argocd = `case "$*" in "app sync"*) exit 20 ;; "app get"*) echo '{}' ;; esac`;

  const run = rehearse(script, { ...platform, argocd }, yes);

  assert.equal(run.status, 1);
  assert.match(run.err, /STOP: failed: argocd app sync[\s\S]*FROM_HOP=1 FROM_PHASE=during/);
});

test("a pending schema migration stops the run", () => {
  const kubectl = platform.kubectl.replace("'   up ", "'  down ");

  assert.match(rehearse(script, { ...platform, kubectl }, yes).err, /STOP: .*No schema migration is pending/);
});
