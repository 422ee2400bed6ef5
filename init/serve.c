#include "init/serve.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "init/runtime.h"

static void
say_no_socket(struct loop *l, const char *path, int error)
{
	char line[PATH_MAX + 128];

	(void)snprintf(line, sizeof(line), "no socket for 'proctor health': %s: %s", path,
	    strerror(error));
	output_say(&loop_supervisor(l)->output, line);
}

static void
serve_folder(struct loop *l, const char *folder)
{
	struct endpoint endpoint;
	char path[PATH_MAX];
	int r = -ENAMETOOLONG;

	(void)snprintf(path, sizeof(path), "%s/" RUNTIME_SOCKET, folder);
	if (endpoint_of_path(path, &endpoint))
		r = loop_listen(l, &endpoint, WEB_OWNER);
	if (r < 0)
		say_no_socket(l, path, -r);
}

int
serve_open(struct loop *l, const struct config *config, const char *folder)
{
	struct endpoint endpoint;

	if (folder)
		serve_folder(l, folder);
	if (!config->http)
		return 0;
	if (endpoint_parse(config->http, &endpoint))
		return -EINVAL;
	return loop_listen(l, &endpoint, WEB_EVERYBODY);
}
