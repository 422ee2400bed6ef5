#!/bin/bash
# Every configuration under examples/ passes proctor check in the image that its
# Dockerfile makes; that of examples/filebeat with a stand-in for filebeat, which no
# image here has.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine

mkdir "$work/stand-in"
cat >"$work/stand-in/filebeat" <<'SH'
#!/bin/sh
# Follows the access log to stdout, and fails where filebeat.yml is not to filebeat's
# liking.
case $(stat -c %U:%A /etc/filebeat.yml) in
root:?????-??-?) exec tail -n +1 -F /var/log/nginx/access.log ;;
*) exit 1 ;;
esac
SH
chmod +x "$work/stand-in/filebeat"
cat >"$work/stand-in/Dockerfile" <<'DOCKERFILE'
FROM scratch
COPY filebeat /usr/share/filebeat/
DOCKERFILE

check 'the image with rsyslog' build web "$root/examples/docker"
build stand-in "$work/stand-in"
check 'the image with filebeat' build filebeat "$root/examples/filebeat" \
	--build-arg FILEBEAT=proctor-tests/stand-in

run proctor-tests/filebeat
started nginx
check 'with filebeat: the shipper runs' within 5 docker exec "$id" pidof tail
check 'with filebeat: stops with 0' stops 9000 'stopped on SIGTERM'
