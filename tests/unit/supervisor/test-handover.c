/* Which descriptors a main process gets, under which numbers and names. */
#include "supervisor/handover.h"

#include "tests/unit/split.h"
#include "tests/unit/supervisor/sample.h"

/* The numbers are only passed on, so that none need be open. */
enum { FIRST = 50 };

static struct handover handover;
static struct service_config config;
static struct fdstore sockets;
static struct fdstore stored;
static struct environment environment;

static int
begin(void **state)
{
	static char *const nothing[] = {NULL};

	memset(&handover, 0, sizeof(handover));
	memset(&environment, 0, sizeof(environment));
	config = sample_service(KIND_SERVICE);
	config.sockets = split("");
	if (environment_build(&environment, &config, nothing) < 0)
		return -1;
	return world_begin(state);
}

static void
forget(struct fdstore *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->items[i].name);
	free(s->items);
	memset(s, 0, sizeof(*s));
}

static int
end(void **state)
{
	environment_clear(&environment);
	forget(&sockets);
	forget(&stored);
	return world_end(state);
}

#define handover_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
keep(struct fdstore *s, int fd, const char *name)
{
	assert_int_equal(fdstore_add(s, fd, name), 0);
}

static int
listen_fds(void)
{
	return handover_listen(&handover, &config, &sockets, &stored, &environment);
}

static const char *
variable(const char *name)
{
	size_t length = strlen(name);

	for (char **v = environment.variables; *v; v++)
		if (strncmp(*v, name, length) == 0 && (*v)[length] == '=')
			return *v + length + 1;
	return NULL;
}

static void
assert_hands(size_t i, int from, int to)
{
	assert_int_equal(handover.fds[i].from, from);
	assert_int_equal(handover.fds[i].to, to);
}

/* Nor is there a word of it in the environment. */
static void
test_none(void **state)
{
	(void)state;
	keep(&sockets, FIRST, "http");
	assert_int_equal(listen_fds(), 0);
	assert_int_equal(handover.count, 0);
	assert_null(variable("LISTEN_FDS"));
	assert_null(variable("LISTEN_FDNAMES"));
	assert_null(variable("LISTEN_PID"));
}

/* In the order in which it names them; several may have one name. */
static void
test_the_sockets_that_it_names(void **state)
{
	(void)state;
	keep(&sockets, FIRST, "http");
	keep(&sockets, FIRST + 1, "other");
	keep(&sockets, FIRST + 2, "https");
	keep(&sockets, FIRST + 3, "http");
	config.sockets = split("https http missing");
	assert_int_equal(listen_fds(), 0);
	assert_int_equal(handover.count, 3);
	assert_hands(0, FIRST + 2, 3);
	assert_hands(1, FIRST, 4);
	assert_hands(2, FIRST + 3, 5);
	assert_string_equal(variable("LISTEN_FDS"), "3");
	assert_string_equal(variable("LISTEN_FDNAMES"), "https:http:http");
	/* The child fills it in: see struct spawn. */
	assert_ptr_equal(variable("LISTEN_PID"), handover.listen_pid + 11);
}

static void
test_what_it_stored_itself_comes_behind(void **state)
{
	(void)state;
	keep(&sockets, FIRST, "http");
	keep(&stored, FIRST + 1, "stored");
	keep(&stored, FIRST + 2, "");
	config.sockets = split("http");
	assert_int_equal(listen_fds(), 0);
	assert_hands(0, FIRST, 3);
	assert_hands(1, FIRST + 1, 4);
	assert_hands(2, FIRST + 2, 5);
	assert_string_equal(variable("LISTEN_FDS"), "3");
	assert_string_equal(variable("LISTEN_FDNAMES"), "http:stored:");
}

/* The one of ready = fd:N is none of LISTEN_FDS. */
static void
test_one_more(void **state)
{
	(void)state;
	keep(&stored, FIRST, "stored");
	assert_int_equal(listen_fds(), 0);
	handover_add(&handover, FIRST + 1, 9);
	assert_int_equal(handover.count, 2);
	assert_hands(1, FIRST + 1, 9);
	assert_string_equal(variable("LISTEN_FDS"), "1");
}

static void
test_more_than_there_may_be(void **state)
{
	(void)state;
	for (int i = 0; i < FDSTORE_MAX; i++)
		keep(&sockets, FIRST, "x");
	config.sockets = split("x x x");
	assert_int_equal(listen_fds(), 0);
	assert_int_equal(handover.count, SPAWN_FDS_MAX);
	assert_string_equal(variable("LISTEN_FDS"), "256");
	handover_add(&handover, FIRST, 300);
	assert_int_equal(handover.count, SPAWN_FDS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    handover_test(test_none),
	    handover_test(test_the_sockets_that_it_names),
	    handover_test(test_what_it_stored_itself_comes_behind),
	    handover_test(test_one_more),
	    handover_test(test_more_than_there_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
