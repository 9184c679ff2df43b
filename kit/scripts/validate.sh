#!/bin/sh
# Is everything here well formed? Every environment is visited, whatever the one before said; the verdict comes last.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
need terraform "https://developer.hashicorp.com/terraform/install, the version in terraform/environments/*/versions.tf"
need kubectl "https://kubernetes.io/docs/tasks/tools/"
need_terraform_version
failed=""

# Each in a subshell, so that the next one starts where this one did.
for environment in $environments; do
  say "== terraform/environments/$environment"
  if (
    cd "terraform/environments/$environment" &&
      terraform init -backend=false -input=false -no-color >/dev/null &&
      terraform validate -no-color
  ); then :; else failed="$failed terraform/$environment"; fi
done

for environment in $environments; do
  say "== environments/$environment"
  if kubectl kustomize "environments/$environment" >/dev/null; then
    say "renders"
  else
    failed="$failed environments/$environment"
  fi
done
for part in datastores backups routes secrets monitoring; do
  kubectl kustomize "$part" >/dev/null || failed="$failed $part"
done

unsealed=$(grep -rlF 'TO-BE-SEALED' secrets environments --include='*.yaml' || true)
if [ -n "$unsealed" ]; then
  say "== still to be sealed (secrets/README.md)"
  say "$unsealed"
fi

if [ -n "$failed" ]; then
  complain "not valid:$failed"
  exit 1
fi
say "valid"
