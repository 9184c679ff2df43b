#!/bin/sh
# Scans the container images this repository runs and the infrastructure code in it; both always run, the verdict comes last.
# SEVERITY (default HIGH,CRITICAL) is what fails. Reports for `millwright` and for evidence go to tmp/scan/.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
need trivy "https://trivy.dev/latest/getting-started/installation/"
severity=${SEVERITY:-HIGH,CRITICAL}
failed=""
mkdir -p tmp/scan

# Images as written: manifests, the values' repository + tag pairs, the bases of the tools image.
images() {
  grep -rhoE '^ *(- )?image: *[^ {]+' datastores backups | sed 's/.*image: *//'
  awk 'FNR == 1 { repository = "" }
    /^  repository: / { repository = $2 }
    /^  tag: / && repository != "" { gsub(/"/, "", $2); print repository ":" $2; repository = "" }' argocd-apps/values/*.yaml
  awk '$1 == "FROM" { print $2 }' docker/Dockerfile
}
list=$(images | sort -u)
for image in $list; do
  say "== $image"
  report=tmp/scan/$(printf %s "$image" | tr '/:@' '___').json
  trivy image --quiet --severity "$severity" --ignore-unfixed --exit-code 1 --format json --output "$report" "$image" ||
    failed="$failed $image"
done
say "GitLab's images come from its chart and are not written here: scan them in the cluster, or with trivy k8s."

say "== infrastructure code"
trivy config --quiet --severity "$severity" --exit-code 1 . || failed="$failed infrastructure-code"
if have checkov; then
  checkov --quiet --compact --directory terraform || failed="$failed checkov"
else
  say "not run: checkov is missing (pip install checkov); Trivy's checks of Terraform ran"
fi

if [ -n "$failed" ]; then
  complain "found $severity in:$failed (reports in tmp/scan/)"
  exit 1
fi
say "nothing at $severity"
