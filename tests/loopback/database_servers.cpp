#include "tests/loopback/database_servers.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/loopback/agent.hpp"

namespace soundcheck::loopback {

namespace fs = std::filesystem;

namespace {

constexpr core::Duration start_limit = std::chrono::seconds(60);
constexpr core::Duration stop_limit = std::chrono::seconds(20);
constexpr const char* superuser = "soundcheck";

/// The newest version that is installed.
fs::path postgres_programs() {
  fs::path newest;
  int version = 0;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
    const int found = std::atoi(entry.path().filename().c_str());
    if (found > version) newest = entry.path() / "bin";
    version = std::max(version, found);
  }
  if (newest.empty()) throw std::runtime_error("PostgreSQL is not installed: tools/install_packages --tests");
  return newest;
}

/// PostgreSQL refuses to run as root; its package made a user for it.
Program as_postgres(const fs::path& program, std::vector<std::string> arguments, const fs::path& folder) {
  if (::geteuid() != 0) return Program(program, std::move(arguments), folder);
  arguments.insert(arguments.begin(), {"--reuid=postgres", "--regid=postgres", "--clear-groups",
                                       "--pdeathsig=KILL", program.string()});
  return Program("/usr/bin/setpriv", std::move(arguments), folder);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = testing::TempDir() + "soundcheck-server-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

RedisServer::RedisServer(const std::string& password) : password_(password), port_(closed_port()) {
  std::vector<std::string> arguments{"--port", port_,   "--bind",       "127.0.0.1",    "--save",
                                     "",       "--dir", folder_.path(), "--appendonly", "no"};
  if (!password.empty()) arguments.insert(arguments.end(), {"--requirepass", password});
  program_ = std::make_unique<Program>("/usr/bin/redis-server", arguments, folder_.path());
  if (!program_->wait_for_output("Ready to accept connections", start_limit))
    throw std::runtime_error("redis-server did not come up");
}

std::string RedisServer::url() const {
  return password_.empty() ? "redis://127.0.0.1:" + port_
                           : fmt::format("redis://:{}@127.0.0.1:{}", password_, port_);
}

PostgresServer::PostgresServer() : port_(closed_port()) {
  const fs::path programs = postgres_programs();
  const fs::path data = folder_.path() / "data";
  const fs::path password_file = folder_.path() / "password";
  std::ofstream(password_file) << password << '\n';
  if (::geteuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0 ||
        ::chown(password_file.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("the folder cannot be given to the user postgres");
  }
  Ended made = as_postgres(programs / "initdb",
                           {"--pgdata", data, "--username", superuser, "--pwfile", password_file,
                            "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C"},
                           folder_.path())
                   .wait(start_limit);
  if (made.exit_code != 0) throw std::runtime_error("initdb: " + made.err);
  std::ofstream(data / "pg_hba.conf") << "host all soundcheck 127.0.0.1/32 scram-sha-256\n"
                                         "host all all 127.0.0.1/32 trust\n";
  program_.reset(new Program(as_postgres(
      programs / "postgres",
      {"-D", data, "-p", port_, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
       "fsync=off", "-c", "max_connections=20", "-c", "logging_collector=off"},
      folder_.path())));
  if (!program_->wait_for_output("ready to accept connections", start_limit))
    throw std::runtime_error("postgres did not come up");
}

PostgresServer::~PostgresServer() {
  program_->signal(SIGINT);  // "fast shutdown": its own processes end, too
  program_->wait(stop_limit);
}

std::string PostgresServer::connection() const {
  return fmt::format("host=127.0.0.1 port={} dbname=postgres user={} password='{}'", port_, superuser,
                     password);
}

std::string PostgresServer::connection_of(const std::string& user) const {
  return fmt::format("host=127.0.0.1 port={} dbname=postgres user={}", port_, user);
}

}  // namespace soundcheck::loopback
