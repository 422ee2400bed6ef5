/*
 * Makes orphans by the ten thousand, and looks at what becomes of them.
 *
 *	orphans COUNT    one after the other, each gone at once
 *	orphans -b COUNT all of them alive, and then gone at the same moment
 *
 * Prints how many zombies there were at most, and returns when there is none.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often the zombies are counted on the way. */
#define LOOKS 40

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* Whether this process is a zombie; see proc(5). */
static int
is_zombie(const char *pid)
{
	char path[300];
	char text[512];
	const char *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	end = strrchr(text, ')');
	return end && end[1] == ' ' && end[2] == 'Z';
}

static int
count_zombies(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int count = 0;

	if (!proc)
		die("/proc");
	while ((entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			count += is_zombie(entry->d_name);
	closedir(proc);
	return count;
}

/*
 * The child in between ends at once, and so the grandchild is an orphan.  With a
 * pipe, it lives until nobody else has that open for writing.
 */
static void
make_orphan(const int *pipe_fds)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		char byte;

		if (fork() != 0)
			_exit(0);
		if (pipe_fds) {
			close(pipe_fds[1]);
			(void)!read(pipe_fds[0], &byte, 1);
		}
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
}

static void
one_by_one(int count)
{
	int most = 0;

	for (int i = 0; i < count; i++) {
		int zombies;

		make_orphan(NULL);
		if (i % (count / LOOKS + 1) != 0)
			continue;
		zombies = count_zombies();
		if (zombies > most)
			most = zombies;
	}
	printf("%d orphans, at most %d zombies\n", count, most);
}

static void
all_at_once(int count)
{
	int fds[2];

	if (pipe(fds) < 0)
		die("pipe");
	for (int i = 0; i < count; i++)
		make_orphan(fds);
	printf("%d orphans at once\n", count);
	close(fds[1]);
	close(fds[0]);
}

static void
wait_until_reaped(void)
{
	for (int i = 0; i < 1000; i++) {
		if (count_zombies() == 0) {
			puts("all reaped");
			return;
		}
		usleep(10000);
	}
	printf("%d zombies are left\n", count_zombies());
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "-b") == 0)
		all_at_once(atoi(argv[2]));
	else if (argc == 2)
		one_by_one(atoi(argv[1]));
	else
		return 64;
	wait_until_reaped();
	return 0;
}
