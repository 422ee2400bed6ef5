#ifndef HEALTHCHECK_MESSAGE_H
#define HEALTHCHECK_MESSAGE_H

/*
 * The messages of grpc.health.v1.Health/Check.  Pure.
 *
 *	message HealthCheckRequest  { string service = 1; }
 *	message HealthCheckResponse { ServingStatus status = 1; }
 *
 * Each comes behind a byte that says whether it is compressed, and its length
 * in four.
 */

#include <stddef.h>
#include <stdint.h>

enum {
	MESSAGE_SERVICE_MAX = 4096,
	MESSAGE_SIZE = 5 + 3 + MESSAGE_SERVICE_MAX,
	MESSAGE_SERVING = 1,
};

/* Returns the length.  The service is cut to what fits; "" is all of the server. */
size_t message_make(uint8_t message[MESSAGE_SIZE], const char *service);

/* The status in the answer, or -1: it is none. */
int message_status(const uint8_t *message, size_t length);

/* "SERVING"; NULL: there is no such status. */
const char *message_status_name(int status);

/* "NOT_FOUND": how the call as such went; see statuscodes.md of gRPC. */
const char *message_call_status_name(int status);

#endif
