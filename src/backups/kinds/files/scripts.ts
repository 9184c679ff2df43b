/*
 * Files come back beside what is there, in a folder of ours at the top of the path, and change places by renaming: on one volume, so
 * that nothing is copied twice. The folders' names say how far it is, for one who takes it up after a kill:
 * `restoring`: half, worth nothing. `restored`: whole and compared, what is there is being moved to `before`. `placing`: all of that
 * is away, what was restored is being moved to its place. All scripts get BASE (the folder) and SHORT (the letters of the restore and
 * the path: two paths may be files of one folder); INNER is where BASE is in the archive, ONLY the one name in it, where the path is a
 * file.
 */

/** Folders that nobody may write to are let go too, as their owner may: what stayed would keep every later backup and restore. */
const gone = `
gone() {
  rm -rf "$@" 2>/dev/null || { find "$@" -type d -exec chmod u+rwx {} \\; 2>/dev/null || :; rm -rf "$@"; }
}`;

/** Paths that are not there, each with a NUL behind it; what cannot be looked at is not among them. */
export const missingScript = `
for path do
  case $(LC_ALL=C ls -d "$path" 2>&1 >/dev/null) in
    *"No such file or directory"*|*"Not a directory"*) printf '%s\\0' "$path";;
  esac
done`;

/** Paths that are a file now, or lead elsewhere, each with a NUL behind it. */
export const noFolderScript = `
for path do
  if [ -L "$path" ] || { [ -e "$path" ] && [ ! -d "$path" ]; }; then printf '%s\\0' "$path"; fi
done`;

/** In the place of an archive's files, for what was not there. */
export const emptyScript = `${gone}
if [ -d "$1" ]; then gone "$1/.millwright-restoring-$2"; mkdir "$1/.millwright-restoring-$2"; fi`;

/** Reads the archive; `tar` needs no more than a name to begin with, and what follows its end is read too. */
export const extractScript = `${gone}
set -eu
beside=$1/.millwright-restoring-$2
gone "$beside"
mkdir -p "$beside"
chmod 700 "$beside"
tar -xpf - -C "$beside" "$3"
cat >/dev/null
sync`;

export const printScript = `cd "$1/.millwright-restoring-$2" && exec tar -cf - "$3"`;

/** Says what it takes up: `restored`, `placing`, or nothing. */
export const stateScript = `
for state in restored placing; do
  if [ -d "$1/.millwright-$state-$2" ]; then echo $state; fi
done`;

/** `lost+found` is the volume's own. A folder that its owner may not write to cannot change places: it may for that moment (rename(2), EACCES). */
export const placeScript = `${gone}
set -eu
base=$1 short=$2 inner=$3 only=$4
half=$base/.millwright-restoring-$short new=$base/.millwright-restored-$short
now=$base/.millwright-placing-$short old=$base/.millwright-before-$short
move() {
  from=$1 to=$2
  if [ -n "$only" ]; then set -- "$from/$only"; else set -- "$from"/* "$from"/.[!.]* "$from"/..?*; fi
  for one do
    if [ ! -e "$one" ] && [ ! -L "$one" ]; then continue; fi
    case \${one##*/} in .millwright-*|lost+found) continue;; esac
    if [ -d "$one" ] && [ ! -L "$one" ] && [ ! -w "$one" ]; then
      mode=$(stat -c %a "$one")
      chmod u+w "$one"
      mv "$one" "$to/"
      chmod "$mode" "$to/\${one##*/}"
    else mv "$one" "$to/"; fi
  done
}
if [ -d "$half" ]; then mv "$half" "$new"; fi
if [ -d "$new" ]; then mkdir -p "$old"; move "$base" "$old"; mv "$new" "$now"; fi
if [ -d "$now$inner" ]; then chmod u+rwx "$now$inner"; move "$now$inner" "$base"; fi
# In this order: what a kill leaves in between is taken up.
gone "$old"
gone "$now"
sync`;

export const cleanScript = `${gone}
gone "$1/.millwright-restoring-$2"`;

/** All that a restore left, however far it came; there is nothing in what is no folder. */
export const forgetScript = `${gone}
if [ -d "$1" ]; then
  for state in restoring restored placing before; do gone "$1/.millwright-$state-$2"; done
fi`;

/** What no restore takes up any more. */
export const clearScript = `${gone}
gone "$1"/.millwright-restoring-????????????`;

/** Folders of restores that did not end, and that hold what was there before or came back. */
export const unendedScript = `
for base do
  for state in restored placing before; do
    for one in "\${base%/}"/.millwright-$state-????????????; do
      if [ -d "$one" ]; then printf '%s\\n' "$one"; fi
    done
  done
done`;

/** All that is there, each name with a NUL behind it, a path's own folder with a stroke; what is not there is passed over. */
export const findScript = `
for path do
  if [ -d "$path" ] && [ ! -L "$path" ]; then find "\${path%/}/" -print0
  elif [ -e "$path" ] || [ -L "$path" ]; then find "$path" -print0; fi
done`;

/** Mounts of the container, as the kernel lists them (proc(5), mountinfo: the fifth field, blanks as \\040). */
export const mountsScript = "cut -d' ' -f5 /proc/self/mountinfo";
