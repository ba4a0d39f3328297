/* OpenSSL, and what Swift cannot call of it: macros. */
#ifndef SCRIER_COPENSSL_SHIM_H
#define SCRIER_COPENSSL_SHIM_H

#include <malloc.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* A client's context that believes nothing yet. NULL: out of memory, or a broken openssl.cnf. */
static inline SSL_CTX *tls_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
#ifdef SSL_OP_CLEANSE_PLAINTEXT
    /* Overwrites what it decrypted as soon as we have taken it. */
    SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
#endif
    return context;
}

/* Believes what these certificates signed, each of them a root or not. Their number; -1 where one is none. */
static inline int tls_believe(SSL_CTX *context, const void *pem, int size) {
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    ERR_clear_error();
    BIO *bio = BIO_new_mem_buf(pem, size);
    int count = 0;
    X509 *certificate = NULL;
    while (bio != NULL && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        count = X509_STORE_add_cert(store, certificate) == 1 ? count + 1 : -1;
        X509_free(certificate);
        if (count < 0) break;
    }
    int is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    return is_end ? count : -1;
}

/* Which name the certificate must have: that of a host, or an address. 1, or 0. */
static inline int tls_expect(SSL *tls, const char *host, int is_address) {
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host);
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(tls, host) == 1 && SSL_set_tlsext_host_name(tls, host) == 1;
}

static inline void tls_set_client(SSL *tls, BIO *incoming, BIO *outgoing) {
    /* Empty is not the end: more will come. */
    BIO_set_mem_eof_return(incoming, -1);
    BIO_set_mem_eof_return(outgoing, -1);
    SSL_set_bio(tls, incoming, outgoing);
    SSL_set_connect_state(tls);
}

static inline size_t tls_pending(BIO *bio) { return BIO_ctrl_pending(bio); }

#endif
