#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

/*
 * Quotes, comments and words.
 *
 * One set of rules for all three, the shell's: '...' is literal, "..." knows
 * \" \\ \$ and \`, and a backslash elsewhere makes the next character an
 * ordinary one.  An escaped ${ leaves here as $${, which expand.c turns into
 * a literal ${.
 */

#include "config/value.h"

/*
 * The length of a value without the comment behind it: a ; that follows
 * white space and is outside quotes.  A quote that never closes is an
 * ordinary character here, as in: it's fine ; note
 */
size_t words_comment_start(const char *text);

/* What is between the quotes if they enclose all of the text, else text. */
const char *words_unquote(struct arena *, const char *text);

/*
 * Fails on a quote that never closes and on an unquoted word that starts
 * with #, which was meant as a comment.
 */
int words_split(struct value_context *, const char *text, struct words *ret_words);

/* Split at white space and nothing else. */
struct words words_split_plain(struct arena *, const char *text);

/* NULL-terminated, as struct words promises, with no item yet. */
struct words words_none(struct arena *);
void words_add(struct arena *, struct words *, char *item);

#endif
