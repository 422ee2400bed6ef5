#include "healthcheck/tls.h"

#if !defined(PROCTOR_STATIC) && __has_include(<openssl/ssl.h>)

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "healthcheck/library.h"

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(token) #token
#define LIBRARY "libssl.so." TEXT_OF(OPENSSL_SHLIB_VERSION)

/* The functions of OpenSSL, by their names without SSL_ or ERR_. */
struct tls {
	SSL_CTX *context;
	SSL *ssl;
	const SSL_METHOD *(*client_method)(void);
	SSL_CTX *(*ctx_new)(const SSL_METHOD *);
	void (*ctx_free)(SSL_CTX *);
	void (*ctx_set_security_level)(SSL_CTX *, int);
	void (*ctx_set_verify)(SSL_CTX *, int, SSL_verify_cb);
	SSL *(*new)(SSL_CTX *);
	void (*free)(SSL *);
	int (*set_fd)(SSL *, int);
	long (*ctrl)(SSL *, int, long, void *);
	int (*connect)(SSL *);
	int (*shutdown)(SSL *);
	int (*read)(SSL *, void *, int);
	int (*write)(SSL *, const void *, int);
	int (*get_error)(const SSL *, int);
	unsigned long (*peek_error)(void);
	void (*clear_error)(void);
	const char *(*reason)(unsigned long);
};

const char *
tls_lacks(void)
{
	return NULL;
}

static bool
load(struct tls *t, const struct finding *f)
{
	const struct library_symbol symbols[] = {
	    {"TLS_client_method", &t->client_method},
	    {"SSL_CTX_new", &t->ctx_new},
	    {"SSL_CTX_free", &t->ctx_free},
	    {"SSL_CTX_set_security_level", &t->ctx_set_security_level},
	    {"SSL_CTX_set_verify", &t->ctx_set_verify},
	    {"SSL_new", &t->new},
	    {"SSL_free", &t->free},
	    {"SSL_set_fd", &t->set_fd},
	    {"SSL_ctrl", &t->ctrl},
	    {"SSL_connect", &t->connect},
	    {"SSL_shutdown", &t->shutdown},
	    {"SSL_read", &t->read},
	    {"SSL_write", &t->write},
	    {"SSL_get_error", &t->get_error},
	    {"ERR_peek_error", &t->peek_error},
	    {"ERR_clear_error", &t->clear_error},
	    {"ERR_reason_error_string", &t->reason},
	    {NULL, NULL},
	};

	return library_open(LIBRARY, symbols, f);
}

/* An address is not a server name; see RFC 6066, section 3. */
static bool
is_address(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 ||
	    inet_pton(AF_INET6, host, &address) == 1;
}

static bool
prepare(struct tls *t, int fd, const char *host)
{
	char name[256];

	t->context = t->ctx_new(t->client_method());
	if (!t->context)
		return false;
	/* A weak key is no worse than one that nobody checks. */
	t->ctx_set_security_level(t->context, 0);
	t->ctx_set_verify(t->context, SSL_VERIFY_NONE, NULL);
	t->ssl = t->new (t->context);
	if (!t->ssl || t->set_fd(t->ssl, fd) != 1)
		return false;
	if (!is_address(host) && strlen(host) < sizeof(name)) {
		memcpy(name, host, strlen(host) + 1);
		(void)t->ctrl(t->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
		    TLSEXT_NAMETYPE_host_name, name);
	}
	return true;
}

static const char *
reason_of(const struct tls *t)
{
	const char *reason = t->reason(t->peek_error());

	if (reason)
		return reason;
	return errno != 0 ? strerror(errno) : "the connection was closed";
}

struct tls *
tls_new(int fd, const char *host, const struct finding *f)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (!t || !load(t, f)) {
		if (!t)
			(void)finding_bad(f, "out of memory");
		free(t);
		return NULL;
	}
	errno = 0;
	if (prepare(t, fd, host) && t->connect(t->ssl) == 1)
		return t;
	(void)finding_bad(f, "TLS handshake: %s", reason_of(t));
	tls_free(t);
	return NULL;
}

void
tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->ssl) {
		(void)t->shutdown(t->ssl);
		t->free(t->ssl);
	}
	if (t->context)
		t->ctx_free(t->context);
	free(t);
}

/* Servers that just close without a word of TLS are common. */
static ssize_t
result(struct tls *t, int n)
{
	int error;

	if (n > 0)
		return n;
	error = t->get_error(t->ssl, n);
	if (error == SSL_ERROR_ZERO_RETURN ||
	    (error == SSL_ERROR_SSL &&
		ERR_GET_REASON(t->peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING))
		return 0;
	if (error != SSL_ERROR_SYSCALL || errno == 0)
		errno = error == SSL_ERROR_WANT_READ ? EAGAIN : EPROTO;
	return -1;
}

ssize_t
tls_read(struct tls *t, char *buffer, size_t size)
{
	t->clear_error();
	errno = 0;
	return result(t, t->read(t->ssl, buffer, size < 16384 ? (int)size : 16384));
}

ssize_t
tls_write(struct tls *t, const char *bytes, size_t count)
{
	t->clear_error();
	errno = 0;
	return result(t, t->write(t->ssl, bytes, count < 16384 ? (int)count : 16384));
}

#else

const char *
tls_lacks(void)
{
	return "this build of proctor has no TLS; take the distribution's build, or "
	       "probe "
	       "with http or tcp";
}

struct tls *
tls_new(int fd, const char *host, const struct finding *f)
{
	(void)fd;
	(void)host;
	(void)finding_bad(f, "%s", tls_lacks());
	return NULL;
}

void
tls_free(struct tls *t)
{
	(void)t;
}

ssize_t
tls_read(struct tls *t, char *buffer, size_t size)
{
	(void)t;
	(void)buffer;
	(void)size;
	return -1;
}

ssize_t
tls_write(struct tls *t, const char *bytes, size_t count)
{
	(void)t;
	(void)bytes;
	(void)count;
	return -1;
}

#endif
