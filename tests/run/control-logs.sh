#!/bin/bash
# proctor logs: the last output of services, and what comes.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

config <<'INI'
[service web]
shell = echo started; echo trouble >&2; exec sleep 1000
[service db]
shell = echo hello; exec sleep 1001
[service pair]
shell = echo copy %i; exec sleep 200%i
instances = 2
INI
begin
check 'it runs' run 0 wait web db --timeout 5s
for said in 'web \| started' 'db \| hello'; do
	check "$said" within 5 has "$out" "^$said$"
done
check 'trouble' within 5 has "$err" '^web \| trouble$'
check 'logs' prints 0 '^web \| started$' logs web
check 'errors as errors' has "$work/complained" '^web \| trouble$'
check 'of all' prints 0 '^db \| hello$' logs
check 'the last one' prints 0 '^db \| hello$' logs db -n 1
check 'alone' lines "$work/printed" '' 1
check 'both copies' within 5 lines "$out" 'copy [12]$' 2
check 'of all copies' prints 0 '^pair@2 \| copy 2$' logs pair
check 'and no other' lines "$work/printed" '' 2
check 'of one' prints 0 '^pair@1 \| copy 1$' logs pair@1
check 'alone as well' lines "$work/printed" '' 1
check 'logs of none' complains 69 "'wbe'" logs wbe
"$proctor" logs -f -n 0 web -c "$ini" >"$work/followed" 2>&1 &
follower=$!
# it may not follow yet
happens()
{
	run 0 restart web && within 1 has "$work/followed" '^web \| started$'
}
check 'something happens, and is followed' within 10 happens

check 'it stops' clean_stop
check 'the follower ends' within 5 gone "$follower"
