/*
 * Both copy a live database by SQLite's own backup (sqlite.org/backup.html), never file by file: what a writer has in its log
 * would be missing. They print one line of JSON for each table, `["name", rows]`, the schema's head as `{"head": …}`, an empty line,
 * and the copy. The copy lies in a folder of its own, which has no name any more while the copy is printed, and is removed however
 * they end but by SIGKILL. What that left the next run removes: each holds a lock on its folder (flock(2), which ends with the last
 * process that has it and counts in every container), and a folder that nobody holds is debris. It gets the name that is looked for
 * when the lock is on it. Where there is no `flock`, a day without one tells.
 * A file that is not there would be made by SQLite, empty: it is looked for first, and opened to be read only.
 */

/** For an image that has Python: MLflow's does. One step copies all, so that a busy writer cannot make it begin again for ever. */
export const pythonCopy = `
import contextlib, fcntl, glob, json, os, shutil, signal, sqlite3, sys, tempfile, urllib.parse
path = sys.argv[1]
if not os.path.isfile(path) or os.path.getsize(path) == 0:
    sys.exit("there is no database at " + path)
for one in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(one, lambda *_: sys.exit(1))
def hold(folder):
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
for old in glob.glob(os.path.join(glob.escape(tempfile.gettempdir()), "millwright-sqlite-*")):
    with contextlib.suppress(OSError):
        hold(old)
        shutil.rmtree(old, ignore_errors=True)
source = sqlite3.connect("file:" + urllib.parse.quote(path) + "?mode=ro", uri=True, timeout=60)
made = tempfile.mkdtemp(prefix=".millwright-sqlite-")
folder = os.path.join(os.path.dirname(made), os.path.basename(made)[1:])
try:
    with contextlib.suppress(OSError):
        hold(made)
    os.rename(made, folder)
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
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copyfileobj(file, out)
    out.flush()
finally:
    shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
`;

/** For one that has the \`sqlite3\` shell alone. */
export const shellCopy = `
set -eu
[ -s "$1" ] || { echo "there is no database at $1" >&2; exit 1; }
umask 077
for old in "\${TMPDIR:-/tmp}"/millwright-sqlite-*; do
  if [ ! -d "$old" ] || [ -L "$old" ]; then continue; fi
  if command -v flock >/dev/null; then (flock -n 9 && rm -rf "$old") 9<"$old" || :
  elif [ -n "$(find "$old" -prune -mmin +1440)" ]; then rm -rf "$old" || :; fi
done
made=$(mktemp -d "\${TMPDIR:-/tmp}/.millwright-sqlite-XXXXXX")
folder=\${made%/*}/\${made##*/.}
trap 'rm -rf "$made" "$folder"' EXIT
trap 'exit 1' HUP INT TERM PIPE
exec 9<"$made"
if command -v flock >/dev/null; then flock -n 9 || :; fi
mv "$made" "$folder"
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
exec 8<"$copy"
rm -rf "$folder" || :
cat <&8
`;
