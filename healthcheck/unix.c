#include <unistd.h>

#include "healthcheck/connect.h"
#include "healthcheck/kinds.h"

bool
unix_probe(const struct probe *p, const struct finding *f)
{
	int fd = connect_unix(p->path, f);

	if (fd < 0)
		return false;
	close(fd);
	return finding_good(f, "connected");
}
