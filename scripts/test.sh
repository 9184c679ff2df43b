#!/bin/sh
# Runs the tests on Node 24. Arguments narrow them: `npm test -- src/upgrades`.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src scripts kit
files=$(find "$@" -name '*.test.ts' -not -path '*/node_modules/*' -not -path '*/fixtures/*' | sort)
# shellcheck disable=SC2086
exec scripts/node --disable-warning=ExperimentalWarning --test --test-reporter=spec $files
