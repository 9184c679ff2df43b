#!/bin/sh
# Formats the Terraform files. CHECK=1 only says which are not (for CI). YAML is left as people wrote it.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
need terraform "https://developer.hashicorp.com/terraform/install, the version in terraform/environments/*/versions.tf"
if [ -n "${CHECK:-}" ]; then
  terraform fmt -recursive -check -diff terraform
else
  terraform fmt -recursive terraform
fi
