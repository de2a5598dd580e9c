// Blocking clients for the tests: an agent running in this process, an HTTP connection and a WebSocket to it.
// A read that gets no answer ends with the test's time limit.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tools/reference_agent/server.hpp"

namespace soundcheck::reference_agent {

class RunningAgent {
 public:
  explicit RunningAgent(Options options)
      : server_(on_free_port(std::move(options))), thread_([this] { server_.run(); }) {}
  ~RunningAgent() {
    server_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }

 private:
  static Options on_free_port(Options options) {
    options.port = 0;
    return options;
  }
  Server server_;
  std::thread thread_;
};

struct HttpAnswer {
  int status = 0;  ///< 0: the connection ended without an answer
  std::string head;
  std::string body;
  boost::json::value json() const { return boost::json::parse(body); }
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  ~HttpClient();
  HttpAnswer ask(std::string_view method, std::string_view target, std::string_view body = {});
  /// Sends bytes as they are; false if the agent has closed.
  bool send(std::string_view bytes);
  HttpAnswer read_answer();
  /// True if the agent ends the connection with nothing more to say.
  bool is_closed();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class WsClient {
 public:
  WsClient(std::uint16_t port, std::string_view target);
  ~WsClient();
  void send(std::string_view text);
  /// Bytes as they are, not framed.
  void send_raw(std::string_view bytes);
  void send(std::span<const std::uint8_t> bytes);
  /// The next text message; binary ones before it are kept in `audio`. A null value if the agent has closed.
  boost::json::value next();
  /// Passes over other messages (kept in `passed`) until one of this type; fails the test if the agent
  /// closes.
  boost::json::object expect(std::string_view type);
  /// Reads until the agent closes; returns its close code.
  std::uint16_t close_code();
  /// Ends the connection without a word.
  void hang_up();

  std::vector<std::vector<std::uint8_t>> audio;
  std::vector<boost::json::object> passed;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soundcheck::reference_agent
