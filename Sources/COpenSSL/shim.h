#ifndef PGWIRE_COPENSSL_SHIM_H
#define PGWIRE_COPENSSL_SHIM_H

// libcrypto deprecates single compressions of SHA-256, for which it has nothing else.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#endif
