#!/bin/sh
# Everything that can be seen without running the product: format, lint with import boundaries, types, unused code.
set -eu
cd "$(dirname "$0")/.."
scripts/node node_modules/@biomejs/biome/bin/biome check --error-on-warnings .
scripts/node node_modules/oxlint/bin/oxlint --deny-warnings --tsconfig tsconfig.json src scripts bench chaos lab
# The console is held against the routes of this checkout.
scripts/node --disable-warning=ExperimentalWarning scripts/console-types.ts
scripts/node node_modules/oxlint/bin/oxlint --deny-warnings --tsconfig console/tsconfig.json console
scripts/node node_modules/typescript/bin/tsc
scripts/node node_modules/typescript/bin/tsc -p console/tsconfig.json
scripts/node node_modules/knip/bin/knip.js --no-progress
