/*
 * pid1 COMMAND ARG...: runs the command as PID 1 of a new PID namespace with its
 * own /proc and /run, and notes on the board when it was executed and when its
 * parent had its status. If this process is killed, so is the namespace.
 *
 * The mount namespace belongs to this process, which outlives PID 1, so that
 * taking it down is not part of what is measured.
 */
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

static void
isolate(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID) != 0)
		err(71, "unshare (are you root?)");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0)
		err(71, "mount");
}

static _Noreturn void
become_init(struct board *board, char **command)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setsid() < 0)
		err(71, "setsid");
	if (mount("proc", "/proc", "proc", 0, NULL) != 0)
		err(71, "mount /proc");
	board->exec = now();
	execvp(command[0], command);
	err(127, "%s", command[0]);
}

int
main(int argc, char **argv)
{
	struct board *board = board_open();
	int status;
	pid_t pid;

	if (argc < 2)
		errx(64, "usage: BOARD=FILE pid1 COMMAND [ARG...]");
	isolate();
	pid = fork();
	if (pid < 0)
		err(71, "fork");
	if (pid == 0)
		become_init(board, argv + 1);
	if (waitpid(pid, &status, 0) != pid)
		err(71, "waitpid");
	board->exit = now();
	board->status =
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return 0;
}
