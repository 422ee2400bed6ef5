/* What a service finds in its environment, and what is wrong with its files. */
#include "supervisor/environment.h"

#include <sys/resource.h>
#include <sys/un.h>
#include <sys/socket.h>

#include "tests/unit/split.h"
#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define FILE_MAX (128 * 1024)

static char *const nothing[] = {NULL};

/* A service whose files and variables are named here, each list by itself. */
struct setting {
	struct service_config config;
	char *env_files[4];
	struct variable env[4];
	struct variable secrets[4];
};

static void
setting_init(struct setting *s)
{
	memset(s, 0, sizeof(*s));
	s->config = sample_service(KIND_SERVICE);
	s->config.env_files.items = s->env_files;
	s->config.env.items = s->env;
	s->config.secrets.items = s->secrets;
}

static void
add_file(struct setting *s, char *path)
{
	s->env_files[s->config.env_files.count++] = path;
}

static void
add_env(struct setting *s, const char *name, const char *value)
{
	s->env[s->config.env.count++] = (struct variable){name, value};
}

static void
add_secret(struct setting *s, const char *name, const char *path)
{
	s->secrets[s->config.secrets.count++] = (struct variable){name, path};
}

/* Its variables in the order of their names, one a line. */
static int
by_text(const void *a, const void *b)
{
	char *const *left = a;
	char *const *right = b;

	return strcmp(*left, *right);
}

static void
assert_has(const struct setting *s, char *const *inherited, const char *wanted)
{
	static char text[4 * FILE_MAX];
	struct environment e = {0};
	size_t used = 0;

	assert_int_equal(environment_build(&e, &s->config, inherited), 0);
	assert_non_null(e.variables);
	assert_null(e.variables[e.count]);
	if (e.count > 0)
		qsort(e.variables, e.count, sizeof(*e.variables), by_text);
	text[0] = '\0';
	for (size_t i = 0; i < e.count; i++)
		used += (size_t)snprintf(
		    text + used, sizeof(text) - used, "%s\n", e.variables[i]);
	assert_string_equal(text, wanted);
	environment_clear(&e);
	environment_clear(&e);
}

/* The file that is to blame is named; nothing else is left of it. */
static void
assert_refused(const struct setting *s, int error, const char *trouble)
{
	unsigned before = world_descriptors();
	struct environment e = {0};

	assert_int_equal(environment_build(&e, &s->config, nothing), -error);
	assert_string_equal(e.trouble, trouble);
	assert_int_equal(e.count, 0);
	assert_true(!e.variables || !e.variables[0]);
	assert_null(e.text);
	assert_int_equal(world_descriptors(), before);
	environment_clear(&e);
}

static void
assert_file_gives(const char *text, const char *wanted)
{
	struct setting s;

	setting_init(&s);
	add_file(&s, world_file("env", text));
	assert_has(&s, nothing, wanted);
}

static void
assert_file_refused(const char *text)
{
	struct setting s;

	setting_init(&s);
	add_file(&s, world_file("env", text));
	assert_refused(&s, EINVAL, s.env_files[0]);
}

static void
assert_secret_gives(const void *bytes, size_t length, const char *wanted)
{
	struct setting s;

	setting_init(&s);
	add_secret(&s, "S", world_bytes("secret", bytes, length, 0600));
	assert_has(&s, nothing, wanted);
}

/* -- what is inherited ----------------------------------------------------- */

static void
test_all_is_inherited(void **state)
{
	char *const *inherited = split("B=2 A=1 EMPTY= odd").items;
	struct setting s;

	(void)state;
	setting_init(&s);
	assert_has(&s, inherited, "A=1\nB=2\nEMPTY=\nodd\n");
}

/* Still a list, if an empty one: see execve(2). */
static void
test_no_variables_at_all(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	assert_has(&s, nothing, "");
}

static void
test_unset_takes_exactly_that_name_away(void **state)
{
	char *const *inherited = split("A=1 AB=2 A=3 C=A=4 a=5").items;
	struct setting s;

	(void)state;
	setting_init(&s);
	s.config.unset = split("A NOT_THERE");
	assert_has(&s, inherited, "AB=2\nC=A=4\na=5\n");
}

/* More than the list holds at first. */
static void
test_a_thousand_variables(void **state)
{
	static char texts[1000][32];
	static char *inherited[1001];
	struct environment e = {0};
	struct setting s;

	(void)state;
	setting_init(&s);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "N%d=%d", i, i);
		inherited[i] = texts[i];
	}
	add_env(&s, "N500", "mine");
	assert_int_equal(environment_build(&e, &s.config, inherited), 0);
	assert_int_equal(e.count, 1000);
	assert_string_equal(e.variables[999], "N500=mine");
	assert_null(e.variables[1000]);
	environment_clear(&e);
}

/* -- what is over what ----------------------------------------------------- */

static void
test_a_named_user_is_told_who_it_is(void **state)
{
	char *const *inherited =
	    split("HOME=/root USER=root LOGNAME=root SHELL=/bin/sh").items;
	struct setting s;

	(void)state;
	setting_init(&s);
	s.config.identity.name = "www";
	s.config.identity.home = "/var/www";
	assert_has(
	    &s, inherited, "HOME=/var/www\nLOGNAME=www\nSHELL=/bin/sh\nUSER=www\n");
	s.config.identity.home = NULL;
	assert_has(&s, inherited, "HOME=/root\nLOGNAME=www\nSHELL=/bin/sh\nUSER=www\n");
	s.config.identity.name = NULL;
	assert_has(&s, inherited, "HOME=/root\nLOGNAME=root\nSHELL=/bin/sh\nUSER=root\n");
}

/* Inherited, user, env_file in its order, env, secret. */
static void
test_each_is_over_the_one_before(void **state)
{
	char *const *inherited =
	    split("A=inherited B=inherited C=inherited D=inherited").items;
	struct setting s;

	(void)state;
	setting_init(&s);
	s.config.identity.home = "/home/user";
	add_file(&s, world_file("one", "B=one\nC=one\nD=one\nE=one\nHOME=/one\n"));
	add_file(&s, world_file("two", "E=two\n"));
	add_env(&s, "C", "env");
	add_env(&s, "D", "env");
	add_secret(&s, "D", world_file("secret", "secret\n"));
	assert_has(
	    &s, inherited, "A=inherited\nB=one\nC=env\nD=secret\nE=two\nHOME=/one\n");
}

/* unset is for what was inherited; what is then set is meant. */
static void
test_unset_does_not_take_away_what_is_set(void **state)
{
	char *const *inherited = split("A=inherited").items;
	struct setting s;

	(void)state;
	setting_init(&s);
	s.config.unset = split("A");
	add_env(&s, "A", "env");
	assert_has(&s, inherited, "A=env\n");
}

/* -- env_file -------------------------------------------------------------- */

static void
test_an_env_file_as_docker_and_shells_write_it(void **state)
{
	(void)state;
	assert_file_gives("\nA=1\n\n# comment\n; comment\n  # indented\n \t\n", "A=1\n");
	assert_file_gives("A=1\nB=2", "A=1\nB=2\n");
	assert_file_gives("  A=1  \n\tB=2\t\n", "A=1\nB=2\n");
	assert_file_gives("export A=1\nexport  \tB=2\n", "A=1\nB=2\n");
	assert_file_gives("A=b=c # not a comment\n", "A=b=c # not a comment\n");
	assert_file_gives("A=$B ${C} `d` \\n\n", "A=$B ${C} `d` \\n\n");
	assert_file_gives("A=1\nA=2\n", "A=2\n");
	assert_file_gives("A=\nB= \n", "A=\nB=\n");
}

static void
test_quotes_round_a_whole_value_are_no_part_of_it(void **state)
{
	(void)state;
	assert_file_gives("A=\" a b \"\nB='c'\nC=\"\"\n", "A= a b \nB=c\nC=\n");
	assert_file_gives(
	    "A=\"\nB='a\"\nC=a\"b\"\nD=\"a\"b\n", "A=\"\nB='a\"\nC=a\"b\"\nD=\"a\"b\n");
}

/* As an editor on Windows writes it; the empty line too. */
static void
test_line_ends_of_windows(void **state)
{
	(void)state;
	assert_file_gives("A=1\r\nB=\"2\"\r\n", "A=1\nB=2\n");
	assert_file_gives("A=1\r\n\r\n# comment\r\nB=2\r\n", "A=1\nB=2\n");
}

static void
test_what_is_no_variable_is_refused(void **state)
{
	(void)state;
	assert_file_refused("A=1\nB\n");
	assert_file_refused("=1\n");
	assert_file_refused("A B=1\n");
	assert_file_refused("A =1\n");
	assert_file_refused("export\n");
}

/* -- secrets --------------------------------------------------------------- */

static void
test_a_secret_is_the_file_less_one_line_end(void **state)
{
	(void)state;
	assert_secret_gives("", 0, "S=\n");
	assert_secret_gives("\n", 1, "S=\n");
	assert_secret_gives("pass", 4, "S=pass\n");
	assert_secret_gives("pass\n", 5, "S=pass\n");
	assert_secret_gives("pass\r\n", 6, "S=pass\n");
	assert_secret_gives("pass\n\n", 6, "S=pass\n\n");
	assert_secret_gives(" two\nlines \n", 12, "S= two\nlines \n");
	assert_secret_gives("\"kept\" \xff=$x", 11, "S=\"kept\" \xff=$x\n");
}

/* It would be cut, and nobody would know. */
static void
test_a_nul_byte_is_refused(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	add_secret(&s, "S", world_bytes("secret", "a\0b\n", 4, 0600));
	assert_refused(&s, EILSEQ, s.secrets[0].value);
	setting_init(&s);
	add_file(&s, world_bytes("env", "A=1\nB=\0\n", 8, 0600));
	assert_refused(&s, EILSEQ, s.env_files[0]);
}

/* -- files that cannot be used --------------------------------------------- */

static void
test_a_file_that_is_not_there(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	add_env(&s, "A", "set before");
	add_secret(&s, "S", world_path("missing"));
	assert_refused(&s, ENOENT, s.secrets[0].value);
	add_file(&s, world_path("nor-this"));
	assert_refused(&s, ENOENT, s.env_files[0]);
}

/* None of these may be waited for, nor read. */
static void
test_a_file_that_is_no_regular_one(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct setting s;

	(void)state;
	setting_init(&s);
	add_secret(&s, "S", world_path("thing"));
	assert_int_equal(mkfifo(s.secrets[0].value, 0600), 0);
	assert_refused(&s, EINVAL, s.secrets[0].value);
	assert_int_equal(unlink(s.secrets[0].value), 0);
	assert_int_equal(mkdir(s.secrets[0].value, 0700), 0);
	assert_refused(&s, EINVAL, s.secrets[0].value);
	assert_int_equal(rmdir(s.secrets[0].value), 0);
	(void)snprintf(
	    address.sun_path, sizeof(address.sun_path), "%.100s", s.secrets[0].value);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_refused(&s, ENXIO, s.secrets[0].value);
	close(listener);
	s.secrets[0].value = "/dev/zero";
	assert_refused(&s, EINVAL, "/dev/zero");
}

static int
read_as_nobody(void *context)
{
	struct setting *s = context;

	if (getuid() == 0) {
		assert_int_equal(setresgid(65534, 65534, 65534), 0);
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	}
	assert_refused(s, EACCES, s->secrets[0].value);
	return 0;
}

static void
test_a_file_that_may_not_be_read(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	add_secret(&s, "S", world_bytes("secret", "x", 1, 0000));
	assert_int_equal(world_apart(read_as_nobody, &s), 0);
}

static int
read_without_descriptors(void *context)
{
	struct rlimit limit = {.rlim_cur = 3, .rlim_max = 1024};
	struct setting *s = context;
	struct environment e = {0};

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	assert_int_equal(environment_build(&e, &s->config, nothing), -EMFILE);
	assert_string_equal(e.trouble, s->secrets[0].value);
	environment_clear(&e);
	return 0;
}

static void
test_no_descriptor_left(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	add_secret(&s, "S", world_file("secret", "x"));
	assert_int_equal(world_apart(read_without_descriptors, &s), 0);
}

/* One string of the environment has a limit: execve(2) would refuse it. */
static void
test_a_file_that_is_too_big(void **state)
{
	static char text[FILE_MAX + 1];
	static char wanted[FILE_MAX + 8];
	struct setting s;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_true(
	    snprintf(wanted, sizeof(wanted), "S=%.*s\n", FILE_MAX, text) > FILE_MAX);
	assert_secret_gives(text, FILE_MAX, wanted);
	setting_init(&s);
	add_secret(&s, "S", world_bytes("secret", text, FILE_MAX + 1, 0600));
	assert_refused(&s, E2BIG, s.secrets[0].value);
	/* It would fill the memory, if it were read to its end. */
	assert_int_equal(truncate(s.secrets[0].value, (off_t)1 << 40), 0);
	assert_refused(&s, E2BIG, s.secrets[0].value);
}

/* Each start reads what is there by then. */
static void
test_a_file_that_changes(void **state)
{
	struct setting s;

	(void)state;
	setting_init(&s);
	add_secret(&s, "S", world_file("secret", "old\n"));
	assert_has(&s, nothing, "S=old\n");
	(void)world_file("secret", "new\n");
	assert_has(&s, nothing, "S=new\n");
	assert_int_equal(unlink(s.secrets[0].value), 0);
	assert_refused(&s, ENOENT, s.secrets[0].value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_all_is_inherited),
	    world_test(test_no_variables_at_all),
	    world_test(test_unset_takes_exactly_that_name_away),
	    world_test(test_a_thousand_variables),
	    world_test(test_a_named_user_is_told_who_it_is),
	    world_test(test_each_is_over_the_one_before),
	    world_test(test_unset_does_not_take_away_what_is_set),
	    world_test(test_an_env_file_as_docker_and_shells_write_it),
	    world_test(test_quotes_round_a_whole_value_are_no_part_of_it),
	    world_test(test_line_ends_of_windows),
	    world_test(test_what_is_no_variable_is_refused),
	    world_test(test_a_secret_is_the_file_less_one_line_end),
	    world_test(test_a_nul_byte_is_refused),
	    world_test(test_a_file_that_is_not_there),
	    world_test(test_a_file_that_is_no_regular_one),
	    world_test(test_a_file_that_may_not_be_read),
	    world_test(test_no_descriptor_left),
	    world_test(test_a_file_that_is_too_big),
	    world_test(test_a_file_that_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
