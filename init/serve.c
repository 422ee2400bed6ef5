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

	(void)snprintf(
	    line, sizeof(line), "no control socket: %s: %s", path, strerror(error));
	output_say(&loop_supervisor(l)->output, line);
}

static int
serve_path(struct loop *l, const char *path)
{
	struct endpoint endpoint;

	if (!endpoint_of_path(path, &endpoint))
		return -ENAMETOOLONG;
	return loop_listen(l, &endpoint, WEB_KNOWN);
}

static void
serve_folder(struct loop *l, const char *folder, const char *name)
{
	char path[PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	r = serve_path(l, path);
	if (r < 0)
		say_no_socket(l, path, -r);
}

static int
serve_control(struct loop *l, const struct config *config, const char *folder)
{
	const char *name = config->control ? config->control : RUNTIME_SOCKET;

	if (*name == '/')
		return serve_path(l, name);
	if (folder)
		serve_folder(l, folder, name);
	return 0;
}

int
serve_open(struct loop *l, const struct config *config, const char *folder,
    const char **ret_what)
{
	struct endpoint endpoint;
	int r;

	*ret_what = config->control;
	r = serve_control(l, config, folder);
	if (r < 0 || !config->http)
		return r;
	*ret_what = config->http;
	if (endpoint_parse(config->http, &endpoint))
		return -EINVAL;
	return loop_listen(l, &endpoint, WEB_EVERYBODY);
}
