# Shared by the scripts here; sourced, never run. Exit codes: 0 fine, 1 found something, 3 a tool is missing.
# shellcheck shell=sh disable=SC2034 # the names are used by those who source this

environments="local dev staging prod"
image_name="mlops-platform/infra-tools"

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

# need TOOL HINT: leaves with 3 when TOOL is missing.
need() {
  have "$1" && return 0
  complain "not run: $1 is missing."
  complain "  Install it: $2"
  complain "  Or work in the tools image, which has it: make docker-build"
  exit 3
}

# Terraform refuses every environment, one error after another, when it is not the version they all name: say it once.
need_terraform_version() {
  wanted=$(sed -n 's/^ *required_version *= *"= *\([0-9.]*\)".*/\1/p' terraform/environments/*/versions.tf | head -n 1)
  running=$(CHECKPOINT_DISABLE=1 terraform version 2>/dev/null | sed -n '1s/^Terraform v\([0-9][0-9.]*\).*/\1/p')
  [ -n "$wanted" ] && [ -n "$running" ] && [ "$wanted" != "$running" ] || return 0
  complain "not run: Terraform $running is installed, and terraform/environments/*/versions.tf ask for $wanted."
  complain "  Install it: https://releases.hashicorp.com/terraform/$wanted/ (or: tfenv install $wanted && tfenv use $wanted)"
  complain "  Or work in the tools image, which has it: make docker-build"
  exit 3
}

need_docker() {
  need docker "https://docs.docker.com/engine/install/ (package docker.io on Debian)"
  docker info >/dev/null 2>&1 && return 0
  complain "not run: the Docker daemon does not answer."
  complain "  Start it (systemctl start docker), or set DOCKER_HOST; 'docker info' says more."
  exit 3
}

# The tag the tools image is built with: a version, never latest.
image_tag() { tr -d ' \n' < docker/VERSION; }

# confirmed WHAT: true after CONFIRM=yes; else says how to go on and is false.
confirmed() {
  [ "${CONFIRM:-}" = yes ] && return 0
  say "Nothing was deleted. To delete $1: repeat with CONFIRM=yes"
  return 1
}
