#!/bin/bash
# Health as Docker's users see it: HEALTHCHECK with proctor health, from starting to
# healthy to unhealthy and with the reason in its log; a service that hangs ends the
# container with 69, or is restarted, and the metrics outside tell of it.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
build web "$root/examples/docker"
network=bridge
# Docker's, so that it takes no minute; before the first one that is good, none counts
ticks=(--health-interval 200ms --health-retries 2 --health-start-period 300s)

health_is()
{
	equal "$(inspect State.Health.Status)" "$1"
}

# health_log REGEX: what docker inspect shows of the last runs
health_log()
{
	docker inspect -f '{{range .State.Health.Log}}{{.ExitCode}} {{.Output}}{{end}}' "$id" |
		grep -E -- "$1" >/dev/null
}

# outside PATH [REGEX]: a page of proctor, through a port of the host
outside()
{
	curl -sf --max-time 20 "http://$(docker port "$id" 9180 | head -n 1)$1" >"$work/page" &&
		grep -E -- "${2:-}" "$work/page" >/dev/null
}

# hang COMMAND: all its processes in the container stand still
hang()
{
	docker top "$id" -o pid,comm | awk -v name="$1" '$2 == name { print $1 }' |
		xargs kill -STOP
}

# ---- HEALTHCHECK -----------------------------------------------------------------------

config <<'INI'
[service app]
command = sleep 1000
[check file]
service = app
probe = file:///tmp/good
interval = 100ms
failures = 1
INI
run "${ticks[@]}" proctor-tests/web
check 'the HEALTHCHECK of the image is proctor health' \
	equal "$(inspect Config.Healthcheck.Test)" '[CMD proctor health]'
check 'is run' within 10 health_log '^1 app: readiness check file .*: no such file$'
check 'starting' health_is starting
docker exec "$id" touch /tmp/good
check 'healthy' within 10 health_is healthy
check 'ok in the log' health_log '^0 ok$'
docker exec "$id" rm /tmp/good
check 'unhealthy' within 10 health_is unhealthy
check 'the reason in the log' health_log '^1 app: readiness check file failed: no such file$'
docker exec "$id" touch /tmp/good
check 'healthy again' within 10 health_is healthy
check 'stops with 0' stops 9000 'stopped on SIGTERM'

# ---- a service that hangs --------------------------------------------------------------

config_file=
cat >"$work/hasty.ini" <<'INI'
[check nginx-alive]
interval = 500ms
timeout = 4s
failures = 2
INI
chmod 644 "$work/hasty.ini"

# serve: the web image, with a liveness check that is soon tired of waiting
serve()
{
	run "${ticks[@]}" -p 127.0.0.1::9180 \
		-v "$work/hasty.ini:/etc/proctor.ini.d/50-hasty.ini:ro" proctor-tests/web
	within 10 health_is healthy || :
}

serve
check 'nginx and the shipper: healthy' health_is healthy
check 'live outside' outside /livez '^ok$'
check 'ready outside' outside /readyz '^ok$'
hang nginx
check 'nginx hangs: 69' ends_with 69 \
	'service nginx failed its liveness check nginx-alive: no answer within 4s$'
check 'and the shipper was stopped in order' stderr_has \
	'^proctor \| service nginx failed its liveness check .*; stopping$'

cat >>"$work/hasty.ini" <<'INI'
[service nginx]
restart = on-failure
restart_delay = 100ms
INI
serve
hang nginx
check 'with a restart: told' within 20 stderr_has \
	'^proctor \| nginx: failed its liveness check nginx-alive: .*; restart 1 of 5 in '
check 'healthy after it' within 20 outside /readyz
check 'counted outside' outside /metrics \
	'^proctor_service_restarts_total\{service="nginx",cause="unhealthy"\} 1$'
check 'the container is the same' equal "$(inspect State.Running) $(inspect RestartCount)" 'true 0'

# ---- an image with nothing in it -------------------------------------------------------

cp -r "$root/examples/scratch" "$work/scratch"
cc -O2 -static -o "$work/scratch/clock" "$work/scratch/clock.c"
build scratch "$work/scratch"

# says STATUS REGEX ARG...: proctor, run in the container
says()
{
	local code=0

	docker exec "$id" /proctor "${@:3}" >"$work/said" 2>&1 || code=$?
	equal "$code $(<"$work/said")" "$1 $(grep -Ex -- "$2" "$work/said")"
}

run "${ticks[@]}" --read-only -e PROCTOR_HTTP=:9180 proctor-tests/scratch
check 'scratch: healthy' within 10 health_is healthy
check 'scratch: proctor health' says 0 ok health
check 'scratch: proctor probe, http' says 0 'HTTP 200 OK' probe http://127.0.0.1:9180/livez
check 'scratch: by name' says 0 'HTTP 200 OK' probe http://localhost:9180/livez
check 'scratch: file' says 0 'modified .*' probe file:///etc/proctor.ini
check 'scratch: nobody there' says 1 '.*Connection refused' probe tcp://127.0.0.1:1
check 'scratch: https takes the other build' says 64 'proctor: probe: this build .*' \
	probe https://127.0.0.1:9180/
