#!/bin/sh
# Compares our policy engine with @cloud-copilot/iam-simulate on random cases.
# Development only: the package (AGPL-3.0) is installed into a scratch folder
# that is removed afterwards, and nothing of it is kept, linked or shipped.
#
#   CASES=25000 SEED=1 scripts/oracle/run.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
package='@cloud-copilot/iam-simulate@0.1.173'

for tool in node npm; do
  command -v "$tool" >/dev/null 2>&1 || { echo "oracle: $tool is not installed, skipped"; exit 0; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
printf '{"private":true}\n' >"$scratch/package.json"
if ! (cd "$scratch" && npm install --silent --no-audit --no-fund --ignore-scripts "$package" >"$scratch/npm.log" 2>&1); then
  echo "oracle: npm could not install $package, skipped"
  exit 0
fi

cd "$root"
IRCONTAIN_ORACLE_DIR=$scratch IRCONTAIN_ORACLE_CASES=${CASES:-25000} IRCONTAIN_ORACLE_SEED=${SEED:-1} \
  "${GO:-go}" test -count=1 -tags oracle -run '^TestOracle$' -v ./internal/policy
