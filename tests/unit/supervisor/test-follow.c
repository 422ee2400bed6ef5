/* Files that are followed by their paths, whatever happens to them there. */
#include "tests/unit/supervisor/follow-stage.h"

#include <sys/inotify.h>
#include <sys/syscall.h>

/* -- a file that stays ----------------------------------------------------- */

static void
test_what_was_there_before_is_history(void **state)
{
	(void)state;
	append("log", "old\n");
	open_log(0, "log");
	/* It may have been written to before the kernel watched it for us. */
	assert_true(follow_has_news(&follows, 0));
	assert_says(0, "");
	append("log", "one\n");
	assert_true(has_event());
	assert_says(0, "one\n");
	append("log", "two\nthr");
	append("log", "ee\n");
	assert_says(0, "two\nthree\n");
	assert_no_trouble(0);
	assert_false(follow_is_blind(&follows, 0));
}

static void
test_nothing_happens_unless_something_has_happened(void **state)
{
	(void)state;
	append("log", "old\n");
	open_log(0, "log");
	assert_says(0, "");
	append("other", "of no interest\n");
	append("log.1", "nor this\n");
	follows_handle(&follows);
	assert_false(follow_has_news(&follows, 0));
	assert_false(has_event());
}

static void
test_a_file_that_appears_is_read_from_its_beginning(void **state)
{
	(void)state;
	open_log(0, "log");
	assert_says(0, "");
	assert_no_trouble(0);
	append("log", "one\n");
	assert_true(has_event());
	assert_says(0, "one\n");
	append("log", "two\n");
	assert_says(0, "two\n");
}

static void
test_pieces_of_any_size(void **state)
{
	char line[64];

	(void)state;
	open_log(0, "log");
	for (int i = 0; i < 100; i++) {
		(void)snprintf(line, sizeof(line), "%d\n", i);
		append("log", line);
	}
	take(0, 2);
	assert_int_equal(said_length, 290);
	assert_memory_equal(said + 280, &"95\n96\n97\n98\n99\n"[5], 10);
}

/* -- a file that is replaced ----------------------------------------------- */

static void
test_renamed_and_made_anew(void **state)
{
	int old;

	(void)state;
	append("log", "history\n");
	open_log(0, "log");
	old = writer("log");
	assert_says(0, "");
	write_to(old, "one\n");
	move("log", "log.1");
	write_to(old, "two\n");
	append("log", "three\n");
	assert_says(0, "one\ntwo\nthree\n");
	/* Its writer has not been told yet. */
	write_to(old, "late\n");
	assert_true(has_event());
	assert_says(0, "late\n");
	append("log", "four\n");
	write_to(old, "latest\n");
	assert_says(0, "latest\nfour\n");
	close(old);
}

static void
test_what_is_written_before_the_new_one_is_there(void **state)
{
	int old;

	(void)state;
	open_log(0, "log");
	old = writer("log");
	assert_says(0, "");
	move("log", "log.1");
	assert_says(0, "");
	write_to(old, "one\n");
	assert_true(has_event());
	assert_says(0, "one\n");
	close(old);
}

/* Its space is given back. */
static void
test_a_former_one_that_is_removed_is_closed(void **state)
{
	unsigned before;

	(void)state;
	append("log", "");
	open_log(0, "log");
	before = world_descriptors();
	move("log", "log.1");
	append("log", "new\n");
	append("log.1", "last\n");
	assert_says(0, "last\nnew\n");
	assert_int_equal(world_descriptors(), before + 1);
	append("log.1", "really\n");
	erase("log.1");
	assert_says(0, "really\n");
	assert_int_equal(world_descriptors(), before);
	assert_int_equal(follows.items[0].former.watch, -1);
}

static void
test_many_rotations(void **state)
{
	unsigned before;
	char text[64];

	(void)state;
	append("log", "");
	open_log(0, "log");
	before = world_descriptors();
	for (int i = 0; i < 50; i++) {
		(void)snprintf(text, sizeof(text), "%d\n", i);
		move("log", "log.1");
		append("log", text);
		assert_says(0, text);
		assert_int_equal(world_descriptors(), before + 1);
	}
	assert_no_trouble(0);
}

static void
test_removed_and_made_anew(void **state)
{
	unsigned before;

	(void)state;
	append("log", "history\n");
	open_log(0, "log");
	before = world_descriptors();
	append("log", "last\n");
	erase("log");
	assert_says(0, "last\n");
	append("log", "first\n");
	assert_says(0, "first\n");
	assert_int_equal(world_descriptors(), before);
}

/* As an editor saves, or a symbolic link is turned. */
static void
test_another_one_put_in_its_place(void **state)
{
	(void)state;
	append("log", "");
	open_log(0, "log");
	assert_says(0, "");
	append("log.new", "new\n");
	move("log.new", "log");
	assert_says(0, "new\n");
	append("today", "today\n");
	assert_int_equal(symlink("today", world_path("link")), 0);
	move("link", "log");
	assert_says(0, "today\n");
	append("today", "still\n");
	assert_says(0, "still\n");
}

/* The next look finds what has happened where the link leads to. */
static void
test_through_a_symbolic_link(void **state)
{
	(void)state;
	assert_int_equal(symlink("target", world_path("log")), 0);
	open_log(0, "log");
	assert_says(0, "");
	assert_no_trouble(0);
	assert_true(follow_is_blind(&follows, 0));
	append("target", "late\n");
	follow_mark(&follows, 0);
	assert_says(0, "late\n");
	move("target", "target.1");
	append("target", "renewed\n");
	follow_mark(&follows, 0);
	assert_says(0, "renewed\n");
	assert_int_equal(unlink(world_path("log")), 0);
	append("log", "a file\n");
	assert_says(0, "a file\n");
	assert_false(follow_is_blind(&follows, 0));
}

static void
test_through_a_folder_that_is_a_symbolic_link(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("one"), 0755), 0);
	assert_int_equal(mkdir(world_path("two"), 0755), 0);
	assert_int_equal(symlink("one", world_path("now")), 0);
	append("one/log", "history\n");
	append("two/log", "the other\n");
	open_log(0, "now/log");
	assert_says(0, "");
	assert_true(follow_is_blind(&follows, 0));
	assert_int_equal(symlink("two", world_path("next")), 0);
	move("next", "now");
	follow_mark(&follows, 0);
	assert_says(0, "the other\n");
}

static void
test_it_comes_back(void **state)
{
	(void)state;
	append("log", "history\n");
	open_log(0, "log");
	move("log", "away");
	assert_says(0, "");
	append("away", "there\n");
	assert_says(0, "there\n");
	move("away", "log");
	append("log", "here\n");
	assert_says(0, "here\n");
}

static void
test_truncated(void **state)
{
	int fd;

	(void)state;
	append("log", "history\n");
	open_log(0, "log");
	fd = writer("log");
	write_to(fd, "one\n");
	assert_says(0, "one\n");
	shorten("log", 0);
	assert_says(0, "");
	write_to(fd, "two\n");
	assert_says(0, "two\n");
	shorten("log", 0);
	write_to(fd, "3\n");
	assert_says(0, "3\n");
	close(fd);
}

/* Who does not append goes on where it was, and there are NULs in front. */
static void
test_truncated_below_a_writer_that_does_not_append(void **state)
{
	static char line[100 * 1000];
	int fd = open(world_path("log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	(void)state;
	assert_true(fd >= 0);
	memset(line, 'x', sizeof(line) - 2);
	line[sizeof(line) - 2] = '\n';
	open_log(0, "log");
	write_to(fd, line);
	assert_says(0, line);
	shorten("log", 0);
	assert_says(0, "");
	write_to(fd, "two\n");
	assert_says(0, "two\n");
	assert_int_equal(write(fd, "\0three\n", 7), 7);
	said_length = 0;
	take(0, 4096);
	assert_int_equal(said_length, 7);
	assert_memory_equal(said, "\0three\n", 7);
	close(fd);
}

static void
test_no_line_goes_over(void **state)
{
	(void)state;
	append("log", "");
	open_log(0, "log");
	append("log", "half of");
	assert_says(0, "half of");
	shorten("log", 0);
	append("log", "a new\n");
	assert_says(0, "\na new\n");
	append("log", "half of");
	move("log", "log.1");
	append("log", "a newer\n");
	assert_says(0, "half of\na newer\n");
	append("log", "begun");
	append("log.1", "old\n");
	assert_says(0, "old\nbegun");
	append("log", " and done\n");
	assert_says(0, " and done\n");
}

/* -- folders --------------------------------------------------------------- */

static void
test_a_folder_that_appears(void **state)
{
	(void)state;
	open_log(0, "a/b/c/log");
	assert_says(0, "");
	assert_no_trouble(0);
	make_folder("a");
	assert_true(has_event());
	assert_says(0, "");
	make_folder("a/b");
	make_folder("a/b/c");
	append("a/b/c/log", "one\n");
	assert_says(0, "one\n");
	append("a/b/c/log", "two\n");
	assert_says(0, "two\n");
}

/* One that is made just when it was found not to be there. */
static const char *made_meanwhile;

int
inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	int watch = (int)syscall(SYS_inotify_add_watch, fd, path, mask);

	if (watch < 0 && made_meanwhile) {
		int error = errno;
		const char *name = made_meanwhile;

		made_meanwhile = strcmp(name, "a") == 0 ? "a/b" : NULL;
		make_folder(name);
		errno = error;
	}
	return watch;
}

static void
test_a_folder_that_appears_in_the_meantime(void **state)
{
	(void)state;
	made_meanwhile = "a";
	open_log(0, "a/b/log");
	assert_null(made_meanwhile);
	assert_says(0, "");
	append("a/b/log", "one\n");
	assert_says(0, "one\n");
}

static void
test_a_folder_that_is_moved_in(void **state)
{
	(void)state;
	make_folder("x");
	make_folder("x/b");
	append("x/b/log", "one\n");
	open_log(0, "a/b/log");
	assert_says(0, "");
	move("x", "a");
	assert_says(0, "one\n");
}

static void
test_a_folder_that_is_removed(void **state)
{
	(void)state;
	make_folder("a");
	append("a/log", "");
	open_log(0, "a/log");
	append("a/log", "one\n");
	erase("a/log");
	assert_int_equal(rmdir(world_path("a")), 0);
	assert_says(0, "one\n");
	make_folder("a");
	append("a/log", "two\n");
	assert_says(0, "two\n");
	move("a", "b");
	assert_says(0, "");
	make_folder("a");
	append("a/log", "three\n");
	assert_says(0, "three\n");
}

/* The kernel has one watch for both. */
static void
test_two_in_one_folder(void **state)
{
	(void)state;
	open_log(0, "log");
	open_log(1, "a/log");
	assert_says(0, "");
	make_folder("a"); /* the second watches another folder from now on */
	append("a/log", "second\n");
	assert_says(1, "second\n");
	assert_false(has_event());
	append("log", "first\n");
	assert_says(0, "first\n");
	move("log", "log.1");
	append("log", "again\n");
	assert_says(0, "again\n");
	assert_false(follow_has_news(&follows, 1));
}

static void
test_two_of_one_file(void **state)
{
	(void)state;
	append("log", "");
	open_log(0, "log");
	open_log(1, "log");
	append("log", "one\n");
	assert_says(0, "one\n");
	assert_says(1, "one\n");
	append("other", "other\n");
	move("other", "log");
	assert_says(0, "other\n");
	append("log", "two\n");
	assert_says(0, "two\n");
	assert_says(1, "other\ntwo\n");
}

/* -- any history ----------------------------------------------------------- */

struct story {
	uint32_t seed;
	int number; /* of the next line */
	int old; /* the writer that has not been told yet, or -1 */
	int now;
};

static void
write_lines(struct story *s, int fd)
{
	for (uint32_t n = world_random(&s->seed, 20); n > 0; n--) {
		char line[64];

		(void)snprintf(line, sizeof(line), "%d\n", s->number++);
		write_to(fd, line);
	}
}

static void
replace(struct story *s, bool removes)
{
	take(0, 2 + world_random(&s->seed, 100));
	if (s->old >= 0)
		close(s->old);
	s->old = s->now;
	if (removes)
		erase("log");
	else
		move("log", "log.1");
	if (world_random(&s->seed, 2) == 0)
		write_lines(s, s->old);
	s->now = writer("log");
}

static void
step(struct story *s)
{
	switch (world_random(&s->seed, 12)) {
	case 0:
		replace(s, false);
		break;
	case 1:
		take(0, 1000);
		shorten("log", 0);
		take(0, 1000);
		break;
	case 2:
		replace(s, true);
		/* What is written to it after a look at the new one is nobody's. */
		close(s->old);
		s->old = -1;
		break;
	case 3:
	case 4:
	case 5:
		take(0, 2 + world_random(&s->seed, 5000));
		break;
	default:
		write_lines(
		    s, s->old >= 0 && world_random(&s->seed, 3) == 0 ? s->old : s->now);
		break;
	}
}

/* Every line has come, and just once. */
static void
check_lines(int count)
{
	static bool seen[100000];
	char *rest = said;
	int lines = 0;

	memset(seen, 0, sizeof(seen));
	while (*rest != '\0') {
		long number = strtol(rest, &rest, 10);

		assert_int_equal(*rest++, '\n');
		assert_true(number >= 0 && number < count && !seen[number]);
		seen[number] = true;
		lines++;
	}
	assert_int_equal(lines, count);
}

static void
test_whatever_happens_every_line_comes_once(void **state)
{
	struct story s = {.seed = 7, .old = -1};
	unsigned before;

	(void)state;
	open_log(0, "log");
	before = world_descriptors();
	s.now = writer("log");
	for (int i = 0; i < 4000; i++)
		step(&s);
	take(0, 4096);
	check_lines(s.number);
	assert_no_trouble(0);
	close(s.now);
	if (s.old >= 0)
		close(s.old);
	assert_true(world_descriptors() <= before + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    follow_test(test_what_was_there_before_is_history),
	    follow_test(test_nothing_happens_unless_something_has_happened),
	    follow_test(test_a_file_that_appears_is_read_from_its_beginning),
	    follow_test(test_pieces_of_any_size),
	    follow_test(test_renamed_and_made_anew),
	    follow_test(test_what_is_written_before_the_new_one_is_there),
	    follow_test(test_a_former_one_that_is_removed_is_closed),
	    follow_test(test_many_rotations),
	    follow_test(test_removed_and_made_anew),
	    follow_test(test_another_one_put_in_its_place),
	    follow_test(test_through_a_symbolic_link),
	    follow_test(test_through_a_folder_that_is_a_symbolic_link),
	    follow_test(test_it_comes_back),
	    follow_test(test_truncated),
	    follow_test(test_truncated_below_a_writer_that_does_not_append),
	    follow_test(test_no_line_goes_over),
	    follow_test(test_a_folder_that_appears),
	    follow_test(test_a_folder_that_appears_in_the_meantime),
	    follow_test(test_a_folder_that_is_moved_in),
	    follow_test(test_a_folder_that_is_removed),
	    follow_test(test_two_in_one_folder),
	    follow_test(test_two_of_one_file),
	    follow_test(test_whatever_happens_every_line_comes_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
