#!/bin/sh
# Runs the tests on Node 24. Arguments narrow them: `npm test -- src/upgrades`.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src scripts kit lab chaos console bench
for path in "$@"; do
  [ -e "$path" ] || { echo "npm test: there is no $path" >&2; exit 1; }
done
files=$(find "$@" -name '*.test.ts' -not -path '*/node_modules/*' -not -path '*/fixtures/*' | sort)
[ -n "$files" ] || { echo "npm test: no tests below $*" >&2; exit 1; }
# Pages are looked at as they are built.
case "$files" in *console/test/*) scripts/node scripts/build-console.ts >&2 ;; esac
# A file's compiled code is kept: hundreds of files load the same sources.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/.cache/code}"
# Three files at once: most of them wait for servers. What hangs fails after ten minutes, and says where.
# shellcheck disable=SC2086
set -- --disable-warning=ExperimentalWarning --import ./scripts/same-cases.ts --test --test-concurrency=3 --test-timeout=600000 --test-reporter=spec $files
# One PostgreSQL server for all tests that ask for a database. A test that hides this from the search starts its own.
# shellcheck disable=SC2086
if grep -q -e testStore -e testDatabase -e emptyDatabase -e '/store/test-support' $files; then
  set -- --disable-warning=ExperimentalWarning scripts/with-database.ts "$@"
fi
exec scripts/node "$@"
