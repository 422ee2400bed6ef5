/* Headers, and what is said about them. */
#include "config/section.h"

#include "tests/unit/config/fixture.h"

#define FINE "[service fine]\ncommand = x\n"
#define CHECK(name) "[check " name "]\nservice = fine\nprobe = tcp://h:1\n"

static void
test_headers(void **state)
{
	static const struct verdict rows[] = {
	    {"[service a.b_c-D9]\ncommand = x\n", ""},
	    {"[ service\t a ] ; note\ncommand = x\n", ""},
	    {"[checks web]\n" FINE,
		"t.ini:1: unknown kind of section 'checks'; did you mean 'check'?\n"},
	    {"[timer web]\n" FINE,
		"t.ini:1: unknown kind of section 'timer'; write service, task, main, "
		"check or proctor\n"},
	    {"[servcie web]\n" FINE,
		"t.ini:1: unknown kind of section 'servcie'; did you mean 'service'?\n"},
	    {"[Task web]\n" FINE,
		"t.ini:1: unknown kind of section 'Task'; did you mean 'task'?\n"},
	    {"[nginx]\n" FINE,
		"t.ini:1: unknown kind of section 'nginx'; write service, task, main, "
		"check or proctor\n"},
	    {"[]\n" FINE,
		"t.ini:1: unknown kind of section ''; write service, task, main, check "
		"or "
		"proctor\n"},
	    {"[service]\ncommand = x\n",
		"t.ini:1: a name is missing; write [service NAME]\n"},
	    {"[proctor x]\n" FINE, "t.ini:1: [proctor] has no name; write [proctor]\n"},
	    {"[service a b]\ncommand = x\n",
		"t.ini:1: 'a b' cannot be a name; write letters, digits and . _ -\n"},
	    {"[service a@1]\ncommand = x\n",
		"t.ini:1: 'a@1' cannot be a name; write letters, digits and . _ -\n"},
	    {"[task a:b]\ncommand = x\n",
		"t.ini:1: 'a:b' cannot be a name; write letters, digits and . _ -\n"},
	    {"[task a/b]\ncommand = x\n",
		"t.ini:1: 'a/b' cannot be a name; write letters, digits and . _ -\n"},
	    {"[main proctor]\ncommand = x\n",
		"t.ini:1: 'proctor' is the name of proctor itself; write another one\n"},
	    {FINE "[task fine]\ncommand = x\n",
		"t.ini:3: the name is taken by [service fine] in t.ini:1; write another "
		"one\n"},
	    {FINE "[service b]\ncommand = x\n" FINE,
		"t.ini:5: [service fine] is in this file twice, first in line 1; write "
		"its keys "
		"there\n"},
	    {"[check]\n" FINE, "t.ini:1: a name is missing; write [check NAME]\n"},
	    {"[check proctor]\n" FINE,
		"t.ini:1: 'proctor' is the name of proctor itself; write another one\n"},
	    /* Checks have names of their own, which may be those of services. */
	    {FINE CHECK("fine"), ""},
	    {CHECK("fine") FINE CHECK("other"), ""},
	    {FINE CHECK("a") CHECK("a"),
		"t.ini:6: [check a] is in this file twice, first in line 3; write its "
		"keys there\n"},
	    {"[proctor]\n" FINE "[proctor]\n",
		"t.ini:4: [proctor] is in this file twice, first in line 1; write its "
		"keys "
		"there\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_the_length_of_a_name(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_says(arena_format(&arena, "[service %0200d]\ncommand = x\n", 7), "");
	assert_says(arena_format(&arena, "[service %0201d]\ncommand = x\n", 7),
	    arena_format(&arena,
		"t.ini:1: the name '%061d...' is longer than 200 bytes; write a shorter "
		"one\n",
		0));
	arena_clear(&arena);
}

/* A wrong header hides nothing of what is wrong below it, and adds nothing. */
static void
test_below_a_wrong_header(void **state)
{
	static const struct verdict rows[] = {
	    {"[service a b]\ncommand = x\nnice = x\nuesr = y\n",
		"t.ini:1: 'a b' cannot be a name; write letters, digits and . _ -\n"
		"t.ini:3: nice: 'x' is not a number; write one from -20 to 19\n"
		"t.ini:4: unknown key 'uesr'; did you mean 'user'?\n"},
	    {FINE "[service fine]\ncommand = y\nnice = x\n",
		"t.ini:3: [service fine] is in this file twice, first in line 1; write "
		"its keys "
		"there\n"
		"t.ini:5: nice: 'x' is not a number; write one from -20 to 19\n"},
	    /* Whose keys these are is not known. */
	    {FINE "[service\nnonsense = x\n", "t.ini:3: a ] is missing in '[service'\n"},
	    {FINE "[timer x]\nprobe = y\n",
		"t.ini:3: unknown kind of section 'timer'; write service, task, main, "
		"check or proctor\n"},
	    {FINE "[check x y]\nprobe = y\n",
		"t.ini:3: 'x y' cannot be a name; write letters, digits and . _ -\n"
		"t.ini:4: probe: 'y' is not a probe; write http://HOST:PORT/PATH, "
		"https://..., tcp://HOST:PORT, unix:///PATH, grpc://HOST:PORT/SERVICE, "
		"file:///PATH or exec: COMMAND\n"},
	    {"[servixe b]\n[service a]\ncommand = x\nafter = b\n",
		"t.ini:1: unknown kind of section 'servixe'; did you mean 'service'?\n"
		"t.ini:4: after: 'b' is no service, task or main; write the name of "
		"one\n"},
	    {"[service b@]\ncommand = x\n[service a]\ncommand = x\nafter = b@\n",
		"t.ini:1: 'b@' cannot be a name; write letters, digits and . _ -\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_keys_without_a_section(void **state)
{
	(void)state;
	assert_says("a = 1\nb = 2\n" FINE,
	    "t.ini:1: a key stands before the first section; write [proctor] or [service "
	    "NAME] above it\n");
}

static void
test_a_key_twice(void **state)
{
	static const struct verdict rows[] = {
	    {FINE "user = 1\nuser = 1\n",
		"t.ini:4: user is in this section twice, first in line 3; write it "
		"once\n"},
	    {FINE "env.A = 1\nenv.B = 1\nenv.A = 1\n",
		"t.ini:5: env.A is in this section twice, first in line 3; write it "
		"once\n"},
	    {FINE "pre_stop = x\npre_stop = x\n",
		"t.ini:4: pre_stop is in this section twice, first in line 3; write it "
		"once\n"},
	    {FINE "unset = A\nunset = B\nunset = A\n", ""},
	    /* Elsewhere it is another one. */
	    {FINE "user = 1\n[service b]\ncommand = y\nuser = 1\n", ""},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_titles_and_places(void **state)
{
	struct arena arena = {0};
	struct section section = {
	    .kind = SECTION_MAIN, .name = "x", .file = "f", .line = 7};

	(void)state;
	assert_string_equal(section_title(&arena, &section), "[main x]");
	assert_int_equal(section_where(&section, "user").line, 7);
	assert_null(section_setting(&section, "user"));
	section.kind = SECTION_PROCTOR;
	section.name = "";
	assert_string_equal(section_title(&arena, &section), "[proctor]");
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_the_length_of_a_name),
	    cmocka_unit_test(test_below_a_wrong_header),
	    cmocka_unit_test(test_keys_without_a_section),
	    cmocka_unit_test(test_a_key_twice),
	    cmocka_unit_test(test_titles_and_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
