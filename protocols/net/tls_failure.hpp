// TLS failures in plain words: OpenSSL's reasons, alerts of the target, and what is wrong with a certificate.
// Pure; any thread.
#pragma once

#include <string>

struct x509_store_ctx_st;

namespace soundcheck::net {

/// A code of OpenSSL's error queue: "the target speaks no TLS here", "the target sent the alert handshake
/// failure". 0 is "unknown reason".
std::string tls_reason(unsigned long code);

/// Why the certificate at hand was refused, with the names, dates or issuer that one needs to know, and what
/// to do. Inside a verification callback only.
std::string describe_refusal(x509_store_ctx_st* verification, const std::string& server_name);

}  // namespace soundcheck::net
