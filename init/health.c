#include "init/health.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/load.h"
#include "init/client.h"

/* PID 1 answers at once, or is not well. */
#define HEALTH_TIMEOUT (5 * USEC_PER_SEC)

/* Owned by the caller; NULL where it is not set. */
static char *
find_runtime_dir(const char *file)
{
	const struct load_options options = {
	    .environment = environ,
	    .purpose = LOAD_TO_CHECK,
	};
	const char *variable = getenv("PROCTOR_RUNTIME_DIR");
	struct diags diags = {0};
	struct config config;
	char *path = NULL;

	if (variable && *variable)
		return strdup(variable);
	if (config_load(file, &options, &diags, &config) == 0) {
		if (config.runtime_dir)
			path = strdup(config.runtime_dir);
		config_free(&config);
	}
	diags_clear(&diags);
	return path;
}

/* What it answers to other users. */
#define HTTP_FORBIDDEN 403

/* The first line, and how many more there are. */
static void
print_first_line(const char *body)
{
	size_t length = strcspn(body, "\n");
	unsigned more = 0;

	for (const char *c = body + length; *c; c++)
		more += *c == '\n' && c[1] != '\0';
	printf("%.*s", (int)length, body);
	if (more > 0)
		printf(" (and %u more)", more);
	printf("\n");
}

static void
print_answer(const struct client_answer *answer)
{
	if (answer->status == HTTP_FORBIDDEN)
		printf("proctor: only root and the user it runs as may ask\n");
	else
		print_first_line(answer->body);
}

static int
tell_failed(const struct client *c, int r, bool quiet)
{
	if (quiet)
		return EXIT_FAILURE;
	if (c->fd < 0)
		fprintf(stderr, "proctor: none is running here: %s\n", c->tried.bytes);
	else if (r == -ETIMEDOUT)
		fprintf(stderr, "proctor: no answer in %u s\n",
		    (unsigned)(HEALTH_TIMEOUT / USEC_PER_SEC));
	else
		fprintf(stderr, "proctor: no answer: %s\n", strerror(-r));
	return EXIT_FAILURE;
}

int
health_ask(const char *page, const char *file, bool quiet)
{
	char *runtime_dir = find_runtime_dir(file);
	struct client_answer answer = {.body = ""};
	struct client c;
	int status;
	int r = client_connect(&c, runtime_dir, HEALTH_TIMEOUT);

	if (r == 0)
		r = client_request(&c, "GET", page, &answer);
	if (r < 0) {
		status = tell_failed(&c, r, quiet);
	} else {
		status = answer.status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
		if (!quiet)
			print_answer(&answer);
	}
	client_clear(&c);
	free(runtime_dir);
	return status;
}
