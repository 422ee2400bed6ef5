#!/bin/bash
# /metrics is what promtool and a strict reader of OpenMetrics accept, and it counts.
# shellcheck disable=SC2119,SC2120 # check passes the arguments
set -eu
. "$(dirname "$0")/lib.sh"
need 'needs curl' curl --version
need 'needs promtool' promtool --version

# metrics [ARG...]: to $work/metrics
metrics()
{
	curl -sf -m 20 "$@" --unix-socket /run/proctor/proctor.sock http://proctor/metrics \
		>"$work/metrics"
}

# sample REGEX: a line of what is there now
sample()
{
	metrics && has "$work/metrics" "^$1\$"
}

# In the last minute, since 1970.
started_just_now()
{
	local at

	metrics
	at=$(awk '$1 == "proctor_start_time_seconds" { printf "%d", $2 }' "$work/metrics")
	[ $(($(date +%s) - at)) -le 60 ] || { echo "it says it has started at $at"; return 1; }
}

promtool_reads_it()
{
	promtool check metrics <"$work/metrics" 2>&1
}

openmetrics_reads_it()
{
	/usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics import parser
assert list(parser.text_string_to_metric_families(sys.stdin.read()))' <"$work/metrics"
}

config <<'INI'
[service app]
shell = trap 'exit 3' USR1; echo one; echo two; echo three >&2; while :; do sleep 0.02; done
forward = USR1
restart = always
restart_delay = 10ms
[check alive]
service = app
kind = liveness
probe = exec: true
interval = 50ms
[task done]
command = true
INI
start
check 'it is up' within 10 has "$err" '^app \| three$'
send USR1
check 'a restart' within 10 sample 'proctor_service_restarts_total\{service="app",cause="exited"\} 1'
check 'a start' within 10 sample 'proctor_service_starts_total\{service="app"\} 2'
check 'the last exit' within 10 sample 'proctor_service_last_exit_code\{service="app"\} 3'
check 'probes' within 10 sample \
	'proctor_check_results_total\{service="app",check="alive",kind="liveness",outcome="success"\} ([3-9]|[1-9][0-9]+)'
check 'lines' within 10 sample 'proctor_service_log_lines_total\{service="app",stream="stdout"\} 4'
check 'bytes' within 10 sample 'proctor_service_log_bytes_total\{service="app",stream="stderr"\} 12'
check 'a task that is done' within 10 sample 'proctor_service_ready\{service="done"\} 1'
check 'when proctor started' started_just_now
check 'in the older format' metrics
check 'promtool finds no fault' promtool_reads_it
check 'as OpenMetrics' metrics -H 'Accept: application/openmetrics-text; version=1.0.0'
check 'the end is marked' equal "$(tail -n 1 "$work/metrics")" '# EOF'
if /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
	check 'OpenMetrics' openmetrics_reads_it
else
	skip 'OpenMetrics' 'needs python3-prometheus-client'
fi
