/*
 * Both copy a live database by SQLite's own backup (sqlite.org/backup.html), never file by file: what a writer has in its log
 * would be missing. They print one line of JSON for each table, `["name", rows]`, the schema's head as `{"head": …}`, an empty line,
 * and the copy. The copy lies in a folder of its own beside nothing else, and is removed however they end but by SIGKILL.
 * A file that is not there would be made by SQLite, empty: it is looked for first, and opened to be read only.
 */

/** For an image that has Python: MLflow's does. One step copies all, so that a busy writer cannot make it begin again for ever. */
export const pythonCopy = `
import json, os, shutil, sqlite3, sys, tempfile, urllib.parse
path = sys.argv[1]
if not os.path.isfile(path) or os.path.getsize(path) == 0:
    sys.exit("there is no database at " + path)
source = sqlite3.connect("file:" + urllib.parse.quote(path) + "?mode=ro", uri=True, timeout=60)
with tempfile.TemporaryDirectory(prefix="millwright-") as folder:
    name = os.path.join(folder, "copy")
    copy = sqlite3.connect(name)
    with copy:
        source.backup(copy, pages=-1)
    copy.execute("pragma journal_mode=delete")
    out = sys.stdout.buffer
    say = lambda value: out.write(json.dumps(value).encode() + b"\\n")
    tables = [row[0] for row in copy.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite\\\\_%' escape '\\\\' order by 1")]
    for table in tables:
        say([table, copy.execute('select count(*) from "' + table.replace('"', '""') + '"').fetchone()[0]])
    if "alembic_version" in tables:
        for row in copy.execute("select version_num from alembic_version"):
            say({"head": row[0]})
    out.write(b"\\n")
    copy.close()
    with open(name, "rb") as file:
        shutil.copyfileobj(file, out)
    out.flush()
`;

/** For one that has the \`sqlite3\` shell alone. */
export const shellCopy = `
set -eu
[ -s "$1" ] || { echo "there is no database at $1" >&2; exit 1; }
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM PIPE
copy=$folder/copy
sqlite3 -batch -bail -readonly -cmd ".timeout 60000" "$1" ".backup '$copy'"
sqlite3 -batch -bail "$copy" "pragma journal_mode=delete" >"$folder/mode"
sqlite3 -batch -bail "$copy" "select 'select json_array(' || quote(name) || ', count(*)) from \\"' || replace(name, '\\"', '\\"\\"') || '\\";'
  from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name" >"$folder/counts"
sqlite3 -batch -bail "$copy" <"$folder/counts"
if [ "$(sqlite3 -batch "$copy" "select count(*) from sqlite_master where type = 'table' and name = 'alembic_version'")" = 1 ]; then
  sqlite3 -batch -bail "$copy" "select json_object('head', version_num) from alembic_version"
fi
echo
cat "$copy"
`;
