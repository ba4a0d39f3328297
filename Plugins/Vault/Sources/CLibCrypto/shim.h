/* The part of OpenSSL 3's libcrypto that the vault uses. */
#ifndef SCRIER_CLIBCRYPTO_SHIM_H
#define SCRIER_CLIBCRYPTO_SHIM_H

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#endif
