#include "supervisor/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int
terminal_find(void)
{
	if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp())
		return -1;
	return STDIN_FILENO;
}

bool
terminal_controls(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* SIGTTOU is blocked in proctor, so this does not stop it: see tcsetpgrp(3). */
static void
give_to(int terminal, pid_t group)
{
	(void)tcsetpgrp(terminal, group);
}

/* In the background (bg), the foreground is somebody else's: it stays so. */
void
terminal_take_back(int terminal, pid_t child_group)
{
	if (terminal >= 0 && tcgetpgrp(terminal) == child_group)
		give_to(terminal, getpgrp());
}

void
terminal_check_stopped(int terminal, pid_t child_group)
{
	siginfo_t info = {0};

	if (terminal < 0 || child_group <= 0)
		return;
	if (waitid(P_PID, (id_t)child_group, &info, WSTOPPED | WNOHANG) < 0 ||
	    info.si_pid == 0)
		return;
	/*
	 * Without proctor, the child would be PID 1 here, which the terminal
	 * cannot stop; and nobody could make it go on.
	 */
	if (getpid() == 1 || getsid(0) == getpid()) {
		(void)kill(-child_group, SIGCONT);
		return;
	}
	terminal_take_back(terminal, child_group);
	(void)kill(0, SIGSTOP);
}

void
terminal_continue(int terminal, pid_t child_group)
{
	if (terminal < 0 || child_group <= 0)
		return;
	if (tcgetpgrp(terminal) == getpgrp())
		give_to(terminal, child_group);
	(void)kill(-child_group, SIGCONT);
}
