#include "healthcheck/probe.h"

#include <signal.h>

#include "healthcheck/finding.h"
#include "healthcheck/kinds.h"
#include "healthcheck/tls.h"

const char *
probe_lacks(enum probe_kind kind)
{
	if (kind == PROBE_HTTPS)
		return tls_lacks();
	return kind == PROBE_GRPC ? grpc_lacks() : NULL;
}

bool
probe_run(const struct probe *p, const struct http_terms *http, char *answer, size_t size)
{
	const struct finding f = {.text = answer, .size = size};

	/* OpenSSL writes without MSG_NOSIGNAL. */
	(void)signal(SIGPIPE, SIG_IGN);
	switch (p->kind) {
	case PROBE_HTTP:
	case PROBE_HTTPS:
		return http_probe(p, http, &f);
	case PROBE_TCP:
		return tcp_probe(p, &f);
	case PROBE_UNIX:
		return unix_probe(p, &f);
	case PROBE_GRPC:
		return grpc_probe(p, &f);
	case PROBE_FILE:
		return file_probe(p, &f);
	case PROBE_EXEC:
		break;
	}
	return finding_bad(&f, "a command is no probe of a built-in kind");
}
