// How a target is connected to: TLS, a proxy, our own addresses. Filled by the loader, constant from then on.
#pragma once

#include <string>
#include <vector>

namespace soundcheck::profile {

/// Files are absolute, or relative to where the program runs.
struct TlsSystem {
  bool verify = true;
  std::string ca;            ///< empty: the system's authorities
  std::string certificate;   ///< empty: none
  std::string key;           ///< empty: in the certificate's file
  std::string key_password;  ///< a secret
  std::string server_name;   ///< empty: the target's host
  bool resumption = true;
  std::string min_version;  ///< "1.2" or "1.3"
};

struct ConnectionSystem {
  TlsSystem tls{};
  std::string proxy{};                          ///< URL; may hold a password; empty: none
  std::vector<std::string> source_addresses{};  ///< IPv4 and IPv6; empty: the kernel's choice
};

}  // namespace soundcheck::profile
