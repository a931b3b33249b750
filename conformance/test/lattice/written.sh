#!/usr/bin/env bash
# The scenarios of eod/ are what smtpspec-lattice writes, no more and no fewer; its wrong arguments and folders are told.
#   written.sh SMTPSPEC-LATTICE FOLDER
set -euo pipefail
lattice=$1 folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/eod"
"$lattice" "$work/eod"
diff -r "$work/eod" "$folder"

# the comparison can fail
printf 'x' >>"$work/eod/ends.smtp"
if diff -rq "$work/eod" "$folder" >/dev/null; then
  echo "a changed file was not noticed"
  exit 1
fi

status=0
"$lattice" 2>"$work/usage" || status=$?
[ "$status" -eq 64 ] && grep -q '^usage: smtpspec-lattice FOLDER$' "$work/usage"
status=0
"$lattice" "$work/nowhere" 2>"$work/error" || status=$?
[ "$status" -eq 1 ] && grep -q 'nowhere/exploitable.smtp: No such file' "$work/error"
