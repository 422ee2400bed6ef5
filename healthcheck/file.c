#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "healthcheck/kinds.h"

static usec_t
usec_of(const struct timespec *t)
{
	if (t->tv_sec < 0)
		return 0;
	return (usec_t)t->tv_sec * USEC_PER_SEC + (usec_t)t->tv_nsec / 1000;
}

bool
file_probe(const struct probe *p, const struct finding *f)
{
	struct timespec clock;
	struct stat st;
	usec_t now;
	usec_t age;

	if (stat(p->path, &st) < 0)
		return finding_bad(
		    f, "%s", errno == ENOENT ? "no such file" : strerror(errno));
	(void)clock_gettime(CLOCK_REALTIME, &clock);
	now = usec_of(&clock);
	/* From the future: somebody has set the clock back, and it is new. */
	age = now > usec_of(&st.st_mtim) ? now - usec_of(&st.st_mtim) : 0;
	if (age <= p->max_age)
		return finding_good(f, "modified %.1f s ago", (double)age / 1e6);
	return finding_bad(f, "modified %.1f s ago, more than %.1f s", (double)age / 1e6,
	    (double)p->max_age / 1e6);
}
