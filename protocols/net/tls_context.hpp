// What all TLS connections to a target share: trust, client certificate, versions. Built once on the control
// thread from a system's `tls` keys, constant from then on and used by all shards.
//
// Sessions for resumption are not kept here but with each user (TlsMemory): no lock between shards, and a
// thousand users who connect for the first time do a thousand full handshakes, as they would in life.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

struct ssl_ctx_st;
struct ssl_session_st;

namespace soundcheck::net {

struct TlsSettings {
  bool verify = true;            ///< check the target's certificate and its name
  std::string ca_file;           ///< PEM, trusted instead of the system's authorities; empty: those
  std::string certificate_file;  ///< PEM, our own with its chain; empty: none
  std::string key_file;          ///< PEM; empty: in certificate_file
  std::string key_password;      ///< never in messages
  std::string server_name;       ///< for SNI and verification; empty: the endpoint's host
  bool resumption = true;
  bool only_1_3 = false;  ///< else TLS 1.2, too
};

/// What a user remembers of its last TLS connection. Outlives the user's channels; its shard's thread.
class TlsMemory {
 public:
  struct Free {
    void operator()(ssl_session_st* session) const;
  };
  std::unique_ptr<ssl_session_st, Free> session;  ///< null: nothing to resume
  std::string server_name;                        ///< of that session; no other server is offered it
};

class TlsContext {
 public:
  /// The error names the key (`tls.ca`), the file and what is wrong with it, one line for each mistake.
  static std::variant<std::shared_ptr<const TlsContext>, std::string> create(const TlsSettings& settings);

  /// The same, but offering these protocols by ALPN (RFC 7301), best first. create() offers http/1.1.
  std::shared_ptr<const TlsContext> with_protocols(const std::vector<std::string>& protocols) const;

  ssl_ctx_st* handle() const { return handle_.get(); }
  const std::string& server_name() const { return server_name_; }
  /// As SSL_set_alpn_protos takes it: each name with its length before it.
  const std::string& protocols() const { return protocols_; }
  bool resumption() const { return resumption_; }

 private:
  TlsContext() = default;
  std::shared_ptr<ssl_ctx_st> handle_;
  std::string server_name_;
  std::string protocols_;
  bool resumption_ = true;
};

}  // namespace soundcheck::net
