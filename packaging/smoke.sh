#!/bin/sh
# Tries an installation: both programs start, and one fetches from the other what that serves.
#
#   sh smoke.sh BIN          BIN is the folder with mpserver and mpclient
set -eu

bin=$1
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || :; rm -rf "$work"' EXIT

"$bin/mpclient" --version
"$bin/mpserver" --version
"$bin/mpclient" completions bash >"$work/completions"

# 300 kB that no two lines of which are the same.
i=0
while [ $i -lt 20000 ]; do
  i=$((i + 1))
  echo "line $i of it"
done >"$work/file"

"$bin/mpserver" --no-config --once --json -i 0 -f "$work/file" -p 0 0 >"$work/log" </dev/null &
server=$!
ports=
while [ -z "$ports" ]; do
  kill -0 "$server" || exit 1
  ports=$(tr '{' '\n' <"$work/log" | sed -n 's/.*"address":"[^"]*:\([0-9]*\)".*/\1/p')
  sleep 0.1
done
# shellcheck disable=SC2086 # It is a list.
"$bin/mpclient" --no-config -q -o "$work/copy" -p $ports
cmp "$work/file" "$work/copy"
wait "$server"
server=
echo "Both programs work"
