// A Redis and a PostgreSQL server of one test's own: Debian's programs on a free port of 127.0.0.1 with a
// temporary folder, ended by their pid. The system's services are neither used nor needed. Used by the test's
// own thread only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/loopback/program.hpp"

namespace soundcheck::loopback {

/// A folder that is removed with the object. Throws std::runtime_error if there is none.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class RedisServer {
 public:
  /// Throws std::runtime_error if it does not come up.
  explicit RedisServer(const std::string& password = "");

  const std::string& port() const { return port_; }
  /// With the password, if it has one.
  std::string url() const;
  pid_t pid() const { return program_->pid(); }

 private:
  TemporaryFolder folder_;
  std::string password_;
  std::string port_;
  std::unique_ptr<Program> program_;
};

class PostgresServer {
 public:
  /// Throws std::runtime_error if it does not come up.
  PostgresServer();
  ~PostgresServer();

  static constexpr const char* password = "open sesame";
  /// As its superuser, with the password.
  std::string connection() const;
  /// As another user, without password: it is not asked for one.
  std::string connection_of(const std::string& user) const;
  const std::string& port() const { return port_; }

 private:
  TemporaryFolder folder_;
  std::string port_;
  std::unique_ptr<Program> program_;
};

}  // namespace soundcheck::loopback
