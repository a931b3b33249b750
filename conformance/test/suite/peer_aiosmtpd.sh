#!/usr/bin/env bash
# A small set of scenarios on a server that nobody here wrote: known behaviours of aiosmtpd 1.4.x have to come out.
#   peer_aiosmtpd.sh SMTPSPEC
set -euo pipefail
smtpspec=$1
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SMTPSPEC=$smtpspec WORK=$work
# shellcheck disable=SC2016  # expanded by the inner shell, which knows the peer
"$root/scripts/peers/with" aiosmtpd -- bash -euc '
  status=0
  "$SMTPSPEC" check --json "$WORK/report.json" --quiet --timeout 10 --insecure --effect hostile --from "$PEER_FROM" \
    --rcpt "$PEER_RCPT" --bad-rcpt "$PEER_BAD_RCPT" --only greeting/names-the-host --only state/rcpt-before-mail \
    --only transaction/mail-not-whole/no-brackets --only lines/bare-line-end-between-commands/lf \
    --only data/accepted --only starttls/works "smtp://$PEER_HOST:$PEER_PORT" || status=$?
  [ "$status" -eq 1 ] || { echo "smtpspec ended with $status, 1 was expected"; exit 1; }
'
python3 - "$work/report.json" <<'PY'
import json
import sys

expected = {
    "greeting/names-the-host": "pass",
    "state/rcpt-before-mail": "pass",
    "data/accepted": "pass",
    "starttls/works": "pass",
    # 250 to MAIL FROM:alice@example.com without angle brackets: lax, so a note
    "transaction/mail-not-whole/no-brackets": "info",
    # 250 twice to two commands with a bare LF between them: RFC 5321 2.3.8
    "lines/bare-line-end-between-commands/lf": "fail",
}
with open(sys.argv[1], encoding="utf-8") as f:
    report = json.load(f)
seen = {case["id"]: case["verdict"] for case in report["cases"]}
wrong = [f"{case}: {seen.get(case)}, expected {verdict}" for case, verdict in expected.items() if seen.get(case) != verdict]
print("\n".join(wrong) or f"{len(expected)} known behaviours came out")
sys.exit(1 if wrong else 0)
PY
