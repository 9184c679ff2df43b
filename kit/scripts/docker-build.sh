#!/bin/sh
# Builds the tools image. Every base in docker/Dockerfile is pinned: "update images" means a reviewed change there, not a pull.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
need_docker
tag=$(image_tag)
case $tag in
  "" | latest) complain "docker/VERSION must hold a version, not '$tag'"; exit 1 ;;
esac
docker build --label "org.opencontainers.image.title=$image_name" --label "org.opencontainers.image.version=$tag" \
  --tag "$image_name:$tag" docker
say "built $image_name:$tag"
