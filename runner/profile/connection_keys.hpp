// The keys of a system that say how its target is connected to. For the declarations
// (runner/profile/*_keys.cpp) only.
#pragma once

#include "runner/profile/connection_system.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

Object<TlsSystem> tls_system();

/// A file that exists. Relative paths start at the document that names it.
struct FilePath {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A text that must come from the environment, so that it stands in no file and no report.
struct Secret {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "http://host:port"; a user name and password only from the environment.
struct ProxyText {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

Text ip_address();

/// Reports without the value, which may be a secret even where it should not be one.
void report_secret(const Value& node, const std::string& message, const std::string& hint,
                   Mistakes& mistakes);

}  // namespace soundcheck::profile
