/*
 * cgroup.kill of cgroups v2 reaches a process that left its group and session.
 * A child cloned into a cgroup that was killed once may be killed too (Linux
 * 6.18), so each life needs a new one; a folder made anew at the same place is
 * that.
 */
#include <sys/stat.h>

#include "fact.h"

static char folder[600];

/* Writes text to a file of the folder. */
static bool
write_file(const char *name, const char *text)
{
	char path[700];
	int fd;
	bool written;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return written;
}

/* Where version 2 is mounted; false: nowhere that can be written. */
static bool
find_folder(void)
{
	char line[512];
	char mount[256];
	char type[32];
	FILE *mounts = fopen("/proc/self/mounts", "r");
	bool found = false;

	while (mounts && !found && fgets(line, sizeof(line), mounts)) {
		found = sscanf(line, "%*s %255s %31s", mount, type) == 2 &&
		    strcmp(type, "cgroup2") == 0;
		snprintf(
		    folder, sizeof(folder), "%s/proctor-fact-%d", mount, (int)getpid());
		found = found && mkdir(folder, 0755) == 0;
	}
	if (mounts)
		fclose(mounts);
	return found;
}

static pid_t
clone_into_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct clone_args arguments = {
	    .flags = CLONE_INTO_CGROUP,
	    .exit_signal = SIGCHLD,
	    .cgroup = (unsigned)fd,
	};
	pid_t pid =
	    fd < 0 ? -1 : (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid == 0) {
		(void)setsid();
		_exit(wait_for_ever());
	}
	if (fd >= 0)
		close(fd);
	return pid;
}

/* Whether it is still alive after a while; then it is killed. */
static bool
lives(pid_t pid)
{
	siginfo_t info = {0};
	bool alive;

	usleep(200000);
	alive = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0;
	(void)kill(pid, SIGKILL);
	(void)status_of(pid);
	return alive;
}

static void
remove_folder(void)
{
	for (int i = 0; i < 100 && rmdir(folder) < 0 && errno == EBUSY; i++)
		usleep(10000);
}

static void
try_it(void)
{
	pid_t pid = clone_into_folder();
	bool alive;

	if (pid < 0) {
		skip("all of it", "no CLONE_INTO_CGROUP here");
		return;
	}
	if (!write_file("cgroup.kill", "1")) {
		(void)kill(pid, SIGKILL);
		(void)status_of(pid);
		skip("all of it", "no cgroup.kill here");
		return;
	}
	fact("cgroup.kill kills", status_of(pid), 128 + SIGKILL);
	alive = lives(clone_into_folder());
	if (alive)
		skip("a cgroup that was killed",
		    "this kernel lets a new child live there");
	else
		fact("a cgroup that was killed kills again", alive, false);
	remove_folder();
	if (mkdir(folder, 0755) < 0)
		die(folder);
	fact("one made anew does not", lives(clone_into_folder()), true);
}

int
main(void)
{
	if (!find_folder()) {
		skip("all of it", "no cgroups v2 that can be written");
		return 0;
	}
	try_it();
	remove_folder();
	return facts_failed;
}
