#ifndef SUPERVISOR_EXECUTE_H
#define SUPERVISOR_EXECUTE_H

/*
 * As execvp(3), with the PATH of envp: the first that is there and may be
 * executed.  Returns -errno: what was found but refused tells more than what
 * was not found.
 */
int execute(char *const *argv, char *const *envp);

#endif
