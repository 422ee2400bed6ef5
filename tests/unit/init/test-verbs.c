/* The tables of commands and options, and a command line by them. */
#include "init/verbs.h"

#include <getopt.h>
#include <sysexits.h>

#include "tests/unit/split.h"

static struct given got;
static char operands[256];

static int
take(const struct given *g)
{
	got = *g;
	operands[0] = '\0';
	for (size_t i = 0; i < g->count; i++)
		(void)snprintf(operands + strlen(operands),
		    sizeof(operands) - strlen(operands), "%s ", g->operands[i]);
	return 7;
}

static struct verb verb;

static int
begin(void **state)
{
	(void)state;
	verb = (struct verb){
	    .name = "verb",
	    .operands = "A...",
	    .least = 1,
	    .most = 2,
	    .options = 1U << OPTION_TIMEOUT | 1U << OPTION_JSON | 1U << OPTION_FOLLOW,
	    .text = "",
	    .run = take,
	};
	got = (struct given){.verb = NULL};
	return 0;
}

/* Without what it says of mistakes and as help. */
static int
run(const char *line)
{
	struct words words = split(line);
	int null = open("/dev/null", O_WRONLY);
	int out = dup(STDOUT_FILENO);
	int err = dup(STDERR_FILENO);
	int status;

	(void)fflush(stdout);
	assert_true(dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0);
	optind = 0; /* glibc: begins anew */
	status = verb_run(&verb, (int)words.count, words.items);
	(void)fflush(stdout);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(err, STDERR_FILENO);
	close(null);
	close(out);
	close(err);
	return status;
}

#define line_test(test) cmocka_unit_test_setup(test, begin)

static void
test_options_and_operands(void **state)
{
	(void)state;
	assert_int_equal(run("verb a"), 7);
	assert_string_equal(operands, "a ");
	assert_null(got.values[OPTION_JSON]);
	assert_int_equal(run("verb a --json b -t 5s"), 7);
	assert_string_equal(operands, "a b ");
	assert_string_equal(got.values[OPTION_JSON], "");
	assert_string_equal(got.values[OPTION_TIMEOUT], "5s");
	assert_int_equal(run("verb --timeout=5s -f -- --json"), 7);
	assert_string_equal(operands, "--json ");
	assert_string_equal(got.values[OPTION_FOLLOW], "");
	assert_null(got.values[OPTION_JSON]);
}

static void
test_mistakes(void **state)
{
	static const char *const lines[] = {"verb", "verb a b c", "verb a --none",
	    "verb a -x", "verb a -t", "verb a --timeout", "verb a --json=x",
	    "verb a --watch", "verb a -n 3", "verb a -fx"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(run(lines[i]), EX_USAGE);
		assert_null(got.verb);
	}
}

static void
test_help(void **state)
{
	(void)state;
	assert_int_equal(run("verb --help"), EX_OK);
	assert_int_equal(run("verb -h a b c d"), EX_OK);
	assert_null(got.verb);
}

static void
test_strict(void **state)
{
	(void)state;
	verb.strict = true;
	verb.most = OPERANDS_ANY;
	assert_int_equal(run("verb --json a -x --json -t"), 7);
	assert_string_equal(operands, "a -x --json -t ");
	assert_int_equal(run("verb a -- b"), 7);
	assert_string_equal(operands, "a -- b ");
}

static void
test_the_tables(void **state)
{
	(void)state;
	for (size_t i = 0; verbs_at(i); i++) {
		const struct verb *v = verbs_at(i);
		bool letters[128] = {false};

		assert_ptr_equal(verbs_find(v->name), v);
		assert_non_null(v->run);
		assert_true(v->least <= v->most);
		assert_true((*v->operands == '\0') == (v->most == 0));
		assert_true(*v->summary != '\0' && *v->text != '\0');
		for (unsigned id = 0; id < OPTION_COUNT; id++) {
			const struct option_row *o = verbs_option(id);
			bool taken = o->letter && letters[(unsigned char)o->letter];

			assert_true((o->argument == NULL) == (o->takes == TAKES_NOTHING));
			assert_false(verb_has(v, id) && taken);
			letters[(unsigned char)o->letter] |= verb_has(v, id);
		}
	}
	assert_null(verbs_find("none"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    line_test(test_options_and_operands),
	    line_test(test_mistakes),
	    line_test(test_help),
	    line_test(test_strict),
	    line_test(test_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
