#!/bin/bash
# `make demo` tells its story to the end, in Docker and where there is none.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine

check 'in Docker' "$root/demo/run" docker
check 'without Docker' "$root/demo/run" unshare
