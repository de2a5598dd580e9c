#include "tests/loopback/agent.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "tests/loopback/sockets.hpp"

namespace soundcheck::loopback {

namespace {

constexpr int start_timeout_ms = 30'000;

app::ChildProcess start(std::vector<std::string> arguments, bool speech, const std::string& port) {
  arguments.insert(arguments.end(), {"--port", port, "--quiet", "--control", "--exit-with-parent"});
  if (!speech) arguments.emplace_back("--no-speech");
  auto started = app::ChildProcess::start(std::filesystem::path(SOUNDCHECK_BIN_DIR) / "reference_agent",
                                          std::move(arguments));
  if (auto* error = std::get_if<std::string>(&started)) throw std::runtime_error(*error);
  return std::move(std::get<app::ChildProcess>(started));
}

}  // namespace

Agent::Agent(std::vector<std::string> faults, bool speech, std::string port)
    : process_(start(std::move(faults), speech, port)) {
  const auto announced = process_.read_announcement(start_timeout_ms);
  if (!announced) throw std::runtime_error("the reference agent did not come up");
  port_ = *announced;
}

std::string Agent::ask_control(const std::string& method, const std::string& body) const {
  const int socket = connect_to(port_);
  send_all(socket, fmt::format("{} /control HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                               "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                               method, body.size(), body));
  std::string answer;
  std::array<char, 4096> buffer;
  for (ssize_t n = 0; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
    answer.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(socket);
  if (!answer.starts_with("HTTP/1.1 200 ")) throw std::runtime_error("/control answers " + answer);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

core::JsonDocument Agent::control() const {
  auto document = core::JsonDocument::parse(ask_control("GET", ""));
  if (!document) throw std::runtime_error("/control does not answer JSON");
  return *document;
}

void Agent::set_faults(const std::string& json) const { ask_control("PATCH", json); }

std::uint64_t Agent::count(const std::string& pointer) const {
  return static_cast<std::uint64_t>(control().number(pointer).value_or(0));
}

std::string closed_port() {
  const Listener listener = listen_anywhere();
  ::close(listener.socket);
  return listener.port;
}

}  // namespace soundcheck::loopback
