#include "tests/loopback/agent.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>

#include "tests/loopback/sockets.hpp"

namespace soundcheck::loopback {

namespace {

constexpr int start_timeout_ms = 30'000;

app::ChildProcess start(std::vector<std::string> arguments, bool speech) {
  arguments.insert(arguments.end(), {"--port", "0", "--quiet", "--control", "--exit-with-parent"});
  if (!speech) arguments.emplace_back("--no-speech");
  auto started = app::ChildProcess::start(std::filesystem::path(SOUNDCHECK_BIN_DIR) / "reference_agent",
                                          std::move(arguments));
  if (auto* error = std::get_if<std::string>(&started)) throw std::runtime_error(*error);
  return std::move(std::get<app::ChildProcess>(started));
}

}  // namespace

Agent::Agent(std::vector<std::string> faults, bool speech) : process_(start(std::move(faults), speech)) {
  const auto port = process_.read_announcement(start_timeout_ms);
  if (!port) throw std::runtime_error("the reference agent did not come up");
  port_ = *port;
}

core::JsonDocument Agent::control() const {
  const int socket = connect_to(port_);
  send_all(socket, "GET /control HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  std::string answer;
  std::array<char, 4096> buffer;
  for (ssize_t n = 0; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
    answer.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(socket);
  const std::size_t body = answer.find("\r\n\r\n");
  auto document = core::JsonDocument::parse(body == std::string::npos ? "" : answer.substr(body + 4));
  if (!document) throw std::runtime_error("no JSON from /control: " + answer);
  return *document;
}

std::uint64_t Agent::count(const std::string& pointer) const {
  return static_cast<std::uint64_t>(control().number(pointer).value_or(0));
}

std::string closed_port() {
  const Listener listener = listen_anywhere();
  ::close(listener.socket);
  return listener.port;
}

}  // namespace soundcheck::loopback
