#!/bin/bash
# Orphans by the ten thousand are reaped, a few zombies at a time at most, and no service
# notices anything of it; as proctor -- COMMAND as well.
set -eu
. "$(dirname "$0")/lib.sh"
helper orphans

config <<INI
[service bystander]
command = sleep 1000
[main work]
shell = $bin/orphans 10000 && $bin/orphans -b 2000
INI
start
check 'it ends' within 120 gone "$outer"
check 'the work is done' ends_with 0 'main work is done'
check '10,000 orphans, few zombies' has "$out" '^work \| 10000 orphans, at most [0-9]{1,3} zombies$'
check '2,000 orphans at once' has "$out" '^work \| 2000 orphans at once$'
check 'all reaped' lines "$out" '^work \| all reaped$' 2
check 'nothing else was said' lines "$err" '' 1

quick -- "$bin/orphans" 5000
check 'proctor --: few zombies' has "$out" '^5000 orphans, at most [0-9]{1,3} zombies$'
check 'proctor --: all reaped' has "$out" '^all reaped$'
