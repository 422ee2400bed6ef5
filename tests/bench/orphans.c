/*
 * A service that makes as many orphans as the board says, one after another, each dead
 * as soon as it is one, and sees how many dead ones PID 1 has at a time. When PID 1 has
 * collected the last one, that is noted as done, and it waits to be stopped.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

#define LOOK_EACH 50 /* often enough to see a heap grow, seldom enough to cost little */

static bool
is_dead(const char *pid)
{
	char path[64];
	char text[256] = "";
	const char *state;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	(void)!fgets(text, sizeof(text), file);
	(void)fclose(file);
	state = strrchr(text, ')');
	return state && state[2] == 'Z';
}

/*
 * The dead children of PID 1 and of its others, which may be supervisors too. Where
 * there are many, each one is taken for dead: nearly all of them are.
 */
static int64_t
count_dead(void)
{
	static char text[1 << 20];
	int64_t count = 0;
	int64_t dead = 0;
	FILE *file = fopen("/proc/1/task/1/children", "re");

	if (!file)
		err(71, "/proc/1/task/1/children (has the kernel CONFIG_PROC_CHILDREN?)");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	(void)fclose(file);
	for (char *pid = strtok(text, " "); pid; pid = strtok(NULL, " ")) {
		count++;
		dead += count > 64 || is_dead(pid);
	}
	return dead;
}

static void
look(struct board *board)
{
	int64_t dead = count_dead();

	if (dead > board->zombies)
		board->zombies = dead;
}

static void
make_orphan(void)
{
	pid_t pid = vfork();

	if (pid < 0)
		err(71, "fork");
	if (pid == 0) {
		if (vfork() == 0)
			_exit(0);
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		err(71, "waitpid");
}

int
main(void)
{
	struct board *board = board_open();

	board_started(board);
	while (!board->go)
		usleep(1000);
	board->begun = now();
	for (int64_t i = 0; i < board->lines; i++) {
		make_orphan();
		if (i % LOOK_EACH == 0)
			look(board);
	}
	while (count_dead() > 0)
		usleep(1000);
	board->done = now();
	pause();
	return 0;
}
