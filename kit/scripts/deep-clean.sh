#!/bin/sh
# Deletes what can be made again: provider and module caches, plan files, crash logs, tmp/ and .cache/. Lists first and asks
# for CONFIRM=yes. Never a state, a lock file, a kubeconfig or a backup, never what Git tracks, never an environment in which
# Terraform is at work.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh

list=$(mktemp)
trap 'rm -f "$list"' EXIT

# Caches are single folders inside .terraform: the folder itself also holds the note of which remote state is used.
for environment in $environments; do
  folder=terraform/environments/$environment
  [ -d "$folder" ] || continue
  if [ -e "$folder/.terraform.tfstate.lock.info" ]; then
    say "left alone: $folder (Terraform holds its lock)"
    continue
  fi
  find "$folder/.terraform" -maxdepth 1 -type d \( -name providers -o -name modules \) 2>/dev/null >> "$list" || true
  find "$folder" -maxdepth 1 -type f \( -name '*.tfplan' -o -name 'crash.log' -o -name 'crash.*.log' \) >> "$list"
done
for folder in tmp .cache; do
  if [ -d "$folder" ] && [ ! -L "$folder" ]; then find "$folder" -mindepth 1 -maxdepth 1 >> "$list"; fi
done

# spared PATH: true for what must stay, wherever it stands.
spared() {
  case $(basename "$1") in
    *.tfstate | *.tfstate.* | .terraform.lock.hcl | *kubeconfig* | *.bak | *.backup | *.dump | *.sql | *.tar | *.tar.gz | *.tgz | *.key | *.pem) return 0 ;;
  esac
  return 1
}

# holds_spared FOLDER: true when something in it must stay.
holds_spared() {
  find "$1" -type f \( -name '*.tfstate' -o -name '*.tfstate.*' -o -name '*kubeconfig*' -o -name '*.bak' -o -name '*.backup' \
    -o -name '*.dump' -o -name '*.sql' -o -name '*.tar' -o -name '*.tar.gz' -o -name '*.tgz' -o -name '*.key' -o -name '*.pem' \) |
    grep -q .
}

# in_use PATH: true when a process has it open (needs fuser; without it, nothing is known to be in use).
in_use() {
  have fuser || return 1
  if [ -d "$1" ]; then
    find "$1" -type f -exec fuser -s {} + 2>/dev/null
  else
    fuser -s "$1" 2>/dev/null
  fi
}

tracked() {
  [ -n "$(git ls-files -- "$1" 2>/dev/null | head -n 1)" ]
}

delete=$(mktemp)
trap 'rm -f "$list" "$delete"' EXIT
while IFS= read -r path; do
  # A name with a line break reads as two paths; only those inside the folders looked at count.
  case $path in
    terraform/environments/?* | tmp/?* | .cache/?*) ;;
    *) continue ;;
  esac
  [ -e "$path" ] || [ -L "$path" ] || continue
  if [ -L "$path" ]; then say "left alone: $path (a link)"
  elif spared "$path"; then say "left alone: $path (state, key or backup)"
  elif [ -d "$path" ] && case $path in */.terraform/*) false ;; esac && holds_spared "$path"; then
    say "left alone: $path (holds state, a key or a backup)"
  elif tracked "$path"; then say "left alone: $path (tracked by Git)"
  elif in_use "$path"; then say "left alone: $path (in use)"
  else printf '%s\n' "$path" >> "$delete"
  fi
done < "$list"

if [ ! -s "$delete" ]; then
  say "Nothing to clean."
  exit 0
fi
say "To be deleted:"
while IFS= read -r path; do
  printf '  %s  %s\n' "$(du -sh "$path" | cut -f1)" "$path"
done < "$delete"
confirmed "these" || exit 0
while IFS= read -r path; do
  rm -rf -- "$path"
  say "deleted $path"
done < "$delete"
