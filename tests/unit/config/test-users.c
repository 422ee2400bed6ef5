/* Users and groups, from files of the test's own. */
#include "config/users.h"

#include "tests/unit/config/fixture.h"

#define NOBODY 1000660000

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "broken line\n"
			     "www-data:x:33:33:www:/var/www:/bin/false\n"
			     "app:x:1000:1001::/home/app:/bin/sh\n";
static const char group[] = "root:x:0:\n"
			    "www-data:x:33:\n"
			    "adm:x:4:app,www-data\n"
			    "tty:x:5:other\n"
			    "app:x:1001:\n"
			    "ssl:x:110:app\n";

struct bench {
	struct arena arena;
	struct load_world world;
	struct load_options options;
};

static struct bench
bench_as(uid_t uid, gid_t gid)
{
	struct bench b = {.world = {.uid = uid, .gid = gid, .cpus = 1}};

	b.world.passwd = write_file(&b.arena, "passwd", passwd);
	b.world.group = write_file(&b.arena, "group", group);
	return b;
}

static void
done(struct bench *b)
{
	arena_clear(&b->arena);
	remove_folder();
}

static struct loaded
load_lines(struct bench *b, const char *lines, enum load_purpose purpose)
{
	b->options = (struct load_options){.world = &b->world, .purpose = purpose};
	return load_with(arena_format(&b->arena, "[service a]\ncommand = x\n%s\n", lines),
	    &b->options);
}

/* "33:33 4,33 www-data /var/www", - for what is not set */
static char *
shown(struct arena *arena, const struct identity *identity)
{
	char *text =
	    arena_format(arena, "%d:%d ", (int)identity->uid, (int)identity->gid);

	for (size_t i = 0; i < identity->group_count; i++)
		text = arena_format(
		    arena, "%s%s%u", text, i == 0 ? "" : ",", identity->groups[i]);
	return arena_format(arena, "%s%s %s %s", text, identity->groups_set ? "" : "-",
	    identity->name == NULL ? "-" : identity->name,
	    identity->home == NULL ? "-" : identity->home);
}

static void
test_root_becomes_anybody(void **state)
{
	static const struct {
		const char *lines;
		const char *wanted;
	} rows[] = {
	    {"", "-1:-1 - - -"},
	    {"user = www-data", "33:33 33,4 www-data /var/www"},
	    {"user = app", "1000:1001 1001,4,110 app /home/app"},
	    {"user = 1000", "1000:1001 1001,4,110 app /home/app"},
	    {"user = root", "0:0 0 root /root"},
	    {"user = 4242", "4242:-1  - -"},
	    {"user = 4242\ngroup = 4343", "4242:4343 4343 - -"},
	    {"user = app\ngroup = adm", "1000:4 4,110 app /home/app"},
	    {"user = app\ngroups =", "1000:1001  app /home/app"},
	    {"user = app\ngroups = tty 77 tty", "1000:1001 5,77 app /home/app"},
	    {"group = tty", "-1:5 - - -"},
	    {"groups = tty adm", "-1:-1 5,4 - -"},
	    {"user = 4294967294", "-2:-1  - -"},
	};
	struct bench b = bench_as(0, 0);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct loaded l = load_lines(&b, rows[i].lines, LOAD_TO_RUN);

		assert_string_equal(shown(&b.arena, &only(&l)->identity), rows[i].wanted);
		unload(&l);
	}
	done(&b);
}

static void
test_every_copy_has_its_identity(void **state)
{
	struct bench b = bench_as(0, 0);
	struct loaded l = load_lines(&b, "instances = 3\nuser = app", LOAD_TO_RUN);

	(void)state;
	only(&l);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(shown(&b.arena, &l.config.services[i].identity),
		    "1000:1001 1001,4,110 app /home/app");
	unload(&l);
	done(&b);
}

static void
assert_said(
    struct bench *b, const char *lines, enum load_purpose purpose, const char *wanted)
{
	struct loaded l = load_lines(b, lines, purpose);

	assert_string_equal(l.said, wanted);
	unload(&l);
}

static void
test_unknown_names(void **state)
{
	struct bench b = bench_as(0, 0);
	struct arena *a = &b.arena;

	(void)state;
	assert_said(&b, "user = wwwdata", LOAD_TO_CHECK,
	    arena_format(a,
		"t.ini:3: user: 'wwwdata' is not in %s; did you mean 'www-data'?\n",
		b.world.passwd));
	assert_said(&b, "user = postgres", LOAD_TO_RUN,
	    arena_format(a,
		"t.ini:3: user: 'postgres' is not in %s; write a name from there, or a "
		"number\n",
		b.world.passwd));
	assert_said(&b, "group = appp\ngroups = ttyy x 4294967295", LOAD_TO_RUN,
	    arena_format(a,
		"t.ini:3: group: 'appp' is not in %s; did you mean 'app'?\n"
		"t.ini:4: groups: 'ttyy' is not in %s; did you mean 'tty'?\n"
		"t.ini:4: groups: 'x' is not in %s; write a name from there, or a "
		"number\n"
		"t.ini:4: groups: '4294967295' is out of range; write a number from 0 to "
		"4294967294\n",
		b.world.group, b.world.group, b.world.group));
	assert_said(&b, "user = 4294967295", LOAD_TO_RUN,
	    "t.ini:3: user: '4294967295' is out of range; write a number from 0 to "
	    "4294967294\n");
	assert_said(&b, "user = 1000:1000", LOAD_TO_RUN,
	    "t.ini:3: user: '1000:1000' is a user and a group; write the second as group "
	    "= "
	    "1000\n");
	done(&b);
}

static void
test_without_files_numbers_still_work(void **state)
{
	struct bench b = bench_as(0, 0);
	struct loaded l;

	(void)state;
	b.world.passwd = in_folder(&b.arena, "none");
	b.world.group = in_folder(&b.arena, "none-either");
	l = load_lines(&b, "user = 7\ngroup = 8\ngroups = 9", LOAD_TO_RUN);
	assert_string_equal(shown(&b.arena, &only(&l)->identity), "7:8 9 - -");
	unload(&l);
	assert_said(&b, "user = app\ngroup = app", LOAD_TO_RUN,
	    arena_format(&b.arena,
		"t.ini:3: user: 'app' cannot be looked up, %s cannot be read: No such "
		"file or "
		"directory; write a number\n"
		"t.ini:4: group: 'app' cannot be looked up, %s cannot be read: No such "
		"file or "
		"directory; write a number\n",
		b.world.passwd, b.world.group));
	done(&b);
}

/* Without the file a user is in no other group; unreadable, nobody knows. */
static void
test_only_one_file(void **state)
{
	struct bench b = bench_as(0, 0);
	struct loaded l;

	(void)state;
	b.world.group = in_folder(&b.arena, "none");
	l = load_lines(&b, "user = app", LOAD_TO_RUN);
	assert_string_equal(
	    shown(&b.arena, &only(&l)->identity), "1000:1001 1001 app /home/app");
	unload(&l);
	b.world.group = arena_format(&b.arena, "%s/below", b.world.passwd);
	assert_said(&b, "user = app", LOAD_TO_RUN,
	    arena_format(&b.arena,
		"t.ini:3: user: 'app' cannot be looked up, %s cannot be read: Not a "
		"directory; "
		"write a number\n",
		b.world.group));
	done(&b);
}

static void
test_others_stay_who_they_are(void **state)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		const char *lines;
		const char *wanted;
	} rows[] = {
	    {1000, 1001, "", "-1:-1 - - -"},
	    {1000, 1001, "user = app", "1000:1001 1001,4,110- app /home/app"},
	    {1000, 1001, "user = 1000\ngroup = 1001",
		"1000:1001 1001,4,110- app /home/app"},
	    /* OpenShift: another group than the one in passwd, or no entry at all. */
	    {1000, 0, "user = app", "1000:-1 1001,4,110- app /home/app"},
	    {NOBODY, 0, "user = 1000660000", "1000660000:-1 - - -"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct bench b = bench_as(rows[i].uid, rows[i].gid);
		struct loaded l = load_lines(&b, rows[i].lines, LOAD_TO_RUN);

		assert_string_equal(shown(&b.arena, &only(&l)->identity), rows[i].wanted);
		unload(&l);
		done(&b);
	}
}

#define LINES "user = www-data\ngroup = tty\ngroups = adm"
#define SAID(mark)                                                                       \
	"t.ini:3: " mark "user: only root can run as 'www-data', and this is uid "       \
	"1000660000; run proctor as root, or leave the line out\n"                       \
	"t.ini:4: " mark "group: only root can run as group 'tty', and this is gid 0; "  \
	"run proctor as root, or leave the line out\n"                                   \
	"t.ini:5: " mark "groups: only root can set groups; run proctor as root, or "    \
	"leave the line out\n"

static void
test_what_only_root_can(void **state)
{
	struct bench b = bench_as(NOBODY, 0);
	struct loaded l = load_lines(&b, LINES, LOAD_TO_CHECK);

	(void)state;
	assert_string_equal(l.said, SAID("warning: "));
	assert_int_equal(l.result, 0);
	unload(&l);
	l = load_lines(&b, LINES, LOAD_TO_RUN);
	assert_string_equal(l.said, SAID(""));
	assert_int_equal(l.result, -22);
	unload(&l);
	done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_root_becomes_anybody),
	    cmocka_unit_test(test_every_copy_has_its_identity),
	    cmocka_unit_test(test_unknown_names),
	    cmocka_unit_test(test_without_files_numbers_still_work),
	    cmocka_unit_test(test_only_one_file),
	    cmocka_unit_test(test_others_stay_who_they_are),
	    cmocka_unit_test(test_what_only_root_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
