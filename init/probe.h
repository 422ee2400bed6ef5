#ifndef INIT_PROBE_H
#define INIT_PROBE_H

/*
 * 'proctor probe URL [--timeout TIME]': one probe of any kind, for Docker's
 * HEALTHCHECK and for trying out what a check will say.
 *
 * The attempt is a child of its own with its own group, which is killed when
 * the time is up; what it prints is the answer.  Returns the exit status:
 * 0 good, 1 bad, EX_USAGE or EX_OSERR.  timeout: as written; NULL: the default.
 */
int probe_command(const char *text, const char *timeout);

#endif
