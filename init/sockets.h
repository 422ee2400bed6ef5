#ifndef INIT_SOCKETS_H
#define INIT_SOCKETS_H

/*
 * The sockets that proctor was started with, as in sd_listen_fds(3): they are for
 * the services that name them.
 */

#include "supervisor/fdstore.h"

/*
 * Takes them over and out of the environment.  To be called before any other file is
 * opened.
 */
void sockets_adopt(struct fdstore *ret_sockets);

#endif
