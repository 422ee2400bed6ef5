#ifndef COMPLETION_COMPLETION_H
#define COMPLETION_COMPLETION_H

/*
 * Completion for the shells, written from the tables that the command line
 * itself is read by (init/verbs.c) and those of the keys (config/keys.def).
 */

#include <stdio.h>

void complete_bash(FILE *);
void complete_zsh(FILE *);
void complete_fish(FILE *);

/* Names with a space between them: of all keys, once each, and of signals. */
void print_keys(FILE *);
void print_signals(FILE *);

/* text, with a backslash before each character that is one of special. */
void print_escaped(FILE *, const char *text, const char *special);

#endif
