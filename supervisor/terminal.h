#ifndef SUPERVISOR_TERMINAL_H
#define SUPERVISOR_TERMINAL_H

/*
 * The terminal and the one child that has it.
 *
 * The child's process group is the terminal's foreground, so Ctrl-C, Ctrl-Z
 * and a new window size reach it from the kernel, without proctor.  What is
 * left to do: when the child stops (Ctrl-Z), proctor stops too, so that the
 * shell that started it gets the terminal back; when it goes on (fg), the child does.
 */

#include <stdbool.h>
#include <sys/types.h>

/*
 * Standard input, if it is a terminal and proctor is its foreground (it must not
 * be taken from somebody else); else -1.
 */
int terminal_find(void);

/* Whether there is one that this session belongs to, whatever standard input is. */
bool terminal_controls(void);

/* Since SIGCHLD came: the child may have been stopped.  child_group: its group. */
void terminal_check_stopped(int terminal, pid_t child_group);

/* Since SIGCONT came. */
void terminal_continue(int terminal, pid_t child_group);

/* The child is gone, or stopped: if it had the foreground, that is proctor's again. */
void terminal_take_back(int terminal, pid_t child_group);

#endif
