// oxlint-disable no-restricted-imports -- tests make the programs that a toolbox has
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { configOf, tarOf, toolbox, whole } from "./gitlab.test-support.ts";

/**
 * What the toolbox's does (gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4): fetches the tar by its name, unpacks it over what
 * lies there, empties the database and reads the dump into it. `$BREAK` is what goes wrong with it unseen.
 */
const script = `#!/bin/sh
case "$1" in
  --cleanup) rm -rf "$WORK"/*; exit 0;;
  --restore) ;;
  -t)
    rm -rf "$WORK"/*; mkdir -p "$WORK/db" "$WORK/repositories"; echo x > "$WORK/repositories/x.toml"
    pg_dump --clean --if-exists "$DATABASE" | gzip > "$WORK/db/database.sql.gz"
    [ -z "$CI_DATABASE" ] || pg_dump --clean --if-exists "$CI_DATABASE" | gzip > "$WORK/db/ci_database.sql.gz"
    printf ':db_version: 20250201000000\\n:gitlab_version: 17.8.7-ee\\n:installation_type: gitlab-helm-chart\\n:skipped: lfs\\n' > "$WORK/backup_information.yml"
    tar -cf "$BUCKET/$2_gitlab_backup.tar" -C "$WORK" .; echo "[DONE]"; exit 0;;
  *) exit 64;;
esac
[ "$GITLAB_ASSUME_YES" = 1 ] || { echo "Do you want to continue (yes/no)?"; exit 1; }
cd "$WORK" && cp "$BUCKET/$3_gitlab_backup.tar" 0.tar && tar -xf 0.tar || exit 1
echo "Restoring database ... "
psql -q "$DATABASE" -c 'drop schema public cascade' -c 'create schema public' 2>/dev/null
[ "$BREAK" = half ] && { gunzip < db/database.sql.gz | head -n 12 | psql -q "$DATABASE" >/dev/null 2>&1; exit 1; }
gunzip < db/database.sql.gz | psql -q "$DATABASE" > /dev/null 2>&1
if [ -n "$CI_DATABASE" ] && [ -f db/ci_database.sql.gz ]; then
  psql -q "$CI_DATABASE" -c 'drop schema public cascade' -c 'create schema public' 2>/dev/null
  gunzip < db/ci_database.sql.gz | psql -q "$CI_DATABASE" > /dev/null 2>&1
  [ "$BREAK" = ci ] && psql -q "$CI_DATABASE" -c 'delete from ci_variables'
fi
[ "$BREAK" = rows ] && psql -q "$DATABASE" -c 'delete from ci_variables'
[ "$BREAK" = schema ] && psql -q "$DATABASE" -c 'drop table projects'
echo "Restoring database ... done"
echo "[DONE]"
exit 0
`;

export interface Toolbox {
  readonly broken?: string;
  readonly version?: string;
  /** What runs in its pod. */
  readonly running?: string;
  /** GitLab's second database, where it has one. */
  readonly ciUrl?: string;
}

/** A toolbox whose backup-utility really restores; its config, and whose work lies where. */
export function restoringToolbox(
  url: string,
  { broken = "", version = "17.8.7-ee", running = "sleep 1", ciUrl = "" }: Toolbox = {},
): {
  readonly config: GitlabStore;
  readonly work: string;
} {
  const [programs, work] = [folder(), join(folder(), "work")];
  mkdirSync(work, { recursive: true });
  writeFileSync(join(programs, "backup-utility"), script, { mode: 0o755 });
  const variables = {
    WORK: work,
    DATABASE: url,
    CI_DATABASE: ciUrl,
    BREAK: broken,
    PATH: `${programs}:${process.env["PATH"]}`,
  };
  const name = toolbox(tarOf(whole), { restores: variables, runs: version, running });
  return { config: configOf(name), work };
}
