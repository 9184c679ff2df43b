#!/bin/sh
# What runs, against what should: this repository, Terraform's environments, and the cluster of the current context.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
found=0

say "== Repository"
if git rev-parse --git-dir >/dev/null 2>&1; then
  release=$(git describe --tags --dirty 2>/dev/null || true)
  commit=$(git rev-parse --short --quiet --verify HEAD || true)
  if [ -n "$release" ]; then say "release  $release"
  elif [ -n "$commit" ]; then say "release  no tag yet, commit $commit"
  else say "release  no tag yet, nothing is committed"
  fi
  changes=$(git status --porcelain | wc -l)
  [ "$changes" -eq 0 ] || say "changes  $changes files are not committed"
else
  say "not in Git: clone it, or run git init"
fi

say "== Terraform"
for environment in $environments; do
  folder=terraform/environments/$environment
  if [ -f "$folder/.terraform.lock.hcl" ]; then lock="providers locked"; else lock="no lock file: terraform init writes it, then commit it"; fi
  if [ -d "$folder/.terraform" ]; then init="initialised"; else init="not initialised here"; fi
  say "$environment  $init, $lock"
done

say "== Cluster"
if ! have kubectl; then
  say "unknown: kubectl is missing (https://kubernetes.io/docs/tasks/tools/)"
  exit 0
fi
context=$(kubectl config current-context 2>/dev/null || true)
if [ -z "$context" ]; then
  say "unknown: no kubectl context is set (kubectl config use-context NAME)"
  exit 0
fi
say "context  $context"

# show TITLE ARGS...: prints a table of the cluster; an error is a finding, not the end.
show() {
  title=$1
  shift
  say "-- $title"
  kubectl "$@" || { complain "could not ask: kubectl $*"; found=1; }
}
show "Applications" get applications.argoproj.io -n argocd \
  -o custom-columns=NAME:.metadata.name,SYNC:.status.sync.status,HEALTH:.status.health.status
show "Pods that do not run" get pods -A --field-selector=status.phase!=Running,status.phase!=Succeeded
show "Backups, last success" get cronjobs -A -l app.kubernetes.io/part-of=backups \
  -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,LAST:.status.lastSuccessfulTime
show "Volumes" get pvc -A
exit $found
