/*
 * Says which signals it gets, a line for each, as in "USR1 from 1".
 *
 *	signals [-x NAME] [FILE]
 *
 * The lines go to FILE, else to standard output; the first is "ready".  It ends
 * with 0 after the signal of -x (default: TERM; 0: none).  Of signals that come
 * twice before it looks, the second is lost, as usual.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
say(FILE *file, const siginfo_t *info)
{
	const char *name = sigabbrev_np(info->si_signo);

	if (name)
		fprintf(file, "%s from %d\n", name, info->si_pid);
	else
		fprintf(
		    file, "RTMIN+%d from %d\n", info->si_signo - SIGRTMIN, info->si_pid);
	fflush(file);
}

int
main(int argc, char **argv)
{
	FILE *file = stdout;
	const char *last = "TERM";
	sigset_t all;
	int option;

	while ((option = getopt(argc, argv, "x:")) != -1)
		if (option == 'x')
			last = optarg;
		else
			return 64;
	if (optind < argc && !(file = fopen(argv[optind], "a")))
		return 1;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (int n = 1; n < NSIG; n++)
		signal(n, SIG_DFL);
	fprintf(file, "ready\n");
	fflush(file);
	for (;;) {
		const char *name;
		siginfo_t info;

		if (sigwaitinfo(&all, &info) < 0)
			continue;
		say(file, &info);
		name = sigabbrev_np(info.si_signo);
		if (name && strcmp(name, last) == 0)
			return 0;
	}
}
