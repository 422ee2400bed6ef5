#include "init/health.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init/client.h"

/* PID 1 answers at once, or is not well. */
#define HEALTH_TIMEOUT (5 * USEC_PER_SEC)

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
	if (r == -ETIMEDOUT)
		fprintf(stderr, "proctor: no answer in %u s\n",
		    (unsigned)(HEALTH_TIMEOUT / USEC_PER_SEC));
	else if (c->fd < 0)
		fprintf(stderr, "proctor: none is running here: %s\n", c->tried.bytes);
	else
		fprintf(stderr, "proctor: no answer: %s\n", strerror(-r));
	return EXIT_FAILURE;
}

int
health_ask(const char *page, const char *file, bool quiet)
{
	struct client_places places;
	struct client_answer answer = {.body = ""};
	struct client c;
	int status;
	int r;

	client_find(file, &places);
	r = client_connect(&c, places.runtime_dir,
	    places.control ? places.control : RUNTIME_SOCKET, HEALTH_TIMEOUT);
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
	client_forget(&places);
	return status;
}
