#!/usr/bin/env bash
# The files of an installation below one folder: tree.sh BINARY-THAT-RUNS-HERE BINARY FOLDER
set -euo pipefail
runs=$1 binary=$2 tree=$3
install -Dm755 "$binary" "$tree/bin/madoguchi"
for shell in bash:madoguchi zsh:_madoguchi fish:madoguchi.fish; do
  mkdir -p "$tree/completions/${shell%%:*}"
  "$runs" completions "${shell%%:*}" >"$tree/completions/${shell%%:*}/${shell##*:}"
done
"$runs" --lang en man "$tree/man/en"
"$runs" --lang ja man "$tree/man/ja"
install -Dm644 -t "$tree" README.md README.ja.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE
chmod -R u=rwX,go=rX "$tree"
