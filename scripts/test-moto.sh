#!/usr/bin/env bash
# Contains a user in moto_server, an AWS that nobody here wrote, and compares
# moto's own view of the account before, after, and after the roll-back.
# Needs moto_server on PATH (pip install 'moto[server]'); skipped without it.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v moto_server >/dev/null 2>&1; then
  echo "test-moto: moto_server is not installed, skipped"
  exit 0
fi

work=$(mktemp -d)
moto=
cleanup() {
  [ -z "$moto" ] || kill "$moto" 2>/dev/null || true
  [ -z "$moto" ] || wait "$moto" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

GO=${GO:-go}
CGO_ENABLED=0 "$GO" build -trimpath -o "$work/ircontain" ./cmd/ircontain

# Port 0 lets the kernel choose; moto prints what it chose. Its request recorder
# keeps a file, which must not land in the checkout.
export MOTO_RECORDER_FILEPATH="$work/recording"
moto_server -H 127.0.0.1 -p 0 >"$work/moto.log" 2>&1 &
moto=$!
url=
for _ in $(seq 300); do
  url=$(sed -n 's/.*Running on \(http:[^ ]*\).*/\1/p' "$work/moto.log" | head -n 1)
  [ -z "$url" ] || break
  kill -0 "$moto" 2>/dev/null || { echo "test-moto: moto_server did not start:"; cat "$work/moto.log"; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { echo "test-moto: moto_server said no address within 30 s"; cat "$work/moto.log"; exit 1; }

echo "test-moto: moto_server at $url"
IRCONTAIN_TEST_BIN="$work/ircontain" IRCONTAIN_TEST_MOTO="$url" \
  "$GO" test -tags moto -count 1 -timeout 85s -run '^TestMoto' -v ./cmd/ircontain
