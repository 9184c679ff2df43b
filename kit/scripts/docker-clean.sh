#!/bin/sh
# Removes this project's stopped containers and its dangling images, by id. Lists first and asks for CONFIRM=yes.
# Never a volume, never another project's things; what is in use Docker itself refuses, as nothing is forced.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker
label=org.opencontainers.image.title=$image_name

containers=$(docker container ls --all --quiet --filter "label=$label" --filter status=exited --filter status=created --filter status=dead)
images=$(docker image ls --quiet --filter "label=$label" --filter dangling=true)
if [ -z "$containers$images" ]; then
  say "Nothing to clean."
  exit 0
fi
say "To be removed:"
for id in $containers; do say "  container $(docker container inspect --format '{{.Id}} {{.Name}} {{.State.Status}}' "$id")"; done
for id in $images; do say "  image $id"; done
confirmed "these" || exit 0

failed=0
for id in $containers; do docker container rm "$id" || failed=1; done
for id in $images; do docker image rm "$id" || failed=1; done
exit $failed
