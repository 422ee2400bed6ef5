#!/bin/bash
# `make demo` tells its story to the end, in Docker and where there is none.
set -eu
. "$(dirname "$0")/lib.sh"

check 'without Docker' "$root/demo/run" unshare
need_engine
check 'in Docker' "$root/demo/run" docker
