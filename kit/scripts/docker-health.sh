#!/bin/sh
# Two healths: of the tools (are they here, and which version) and, where a kubectl context is set, of the platform itself.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
failed=""

say "== Tools"
for tool in docker terraform kubectl promtool amtool shellcheck trivy; do
  if have "$tool"; then say "$tool  $(command -v "$tool")"; else
    say "$tool  missing"
    failed="$failed $tool"
  fi
done
if have docker; then
  if docker info >/dev/null 2>&1; then
    say "docker daemon  answers"
    image=$image_name:$(image_tag)
    if docker image inspect "$image" >/dev/null 2>&1; then say "$image  built"; else say "$image  not built (make docker-build)"; fi
  else
    say "docker daemon  does not answer"
    failed="$failed docker-daemon"
  fi
fi

say "== Platform"
context=""
if have kubectl; then context=$(kubectl config current-context 2>/dev/null || true); fi
if [ -z "$context" ]; then
  say "unknown: no kubectl context is set; only the tools were checked"
else
  say "context  $context"
  # ready NAMESPACE KIND/NAME: what it says of itself; a datastore is asked in its own words, not only counted.
  ready() {
    if kubectl -n "$1" rollout status "$2" --timeout=5s >/dev/null 2>&1; then say "$1 $2  ready"; else
      say "$1 $2  not ready"
      failed="$failed $2"
    fi
  }
  ready gitlab deployment/gitlab-webservice-default
  ready gitlab deployment/gitlab-sidekiq-all-in-1-v2
  ready gitlab statefulset/gitlab-gitaly
  ready gitlab statefulset/gitlab-postgresql
  ready gitlab statefulset/gitlab-valkey
  ready sharinghub deployment/sharinghub
  ready sharinghub deployment/mlflow-sharinghub
  ready sharinghub statefulset/mlflow-postgresql
fi

if [ -n "$failed" ]; then
  complain "not healthy:$failed"
  exit 1
fi
say "healthy"
