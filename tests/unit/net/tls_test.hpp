// The fixture of TLS tests: a target "target.test" with a certificate of an authority that the client trusts,
// on a virtual network. At the end nothing may be left over. Belongs to one test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include "protocols/core/task.hpp"
#include "protocols/net/io.hpp"
#include "tests/support/tls_server.hpp"

namespace soundcheck::net {

using namespace std::chrono_literals;

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string name = testing::TempDir() + "soundcheck-tls-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
    settings.ca_file = write("ca.pem", authority.certificate());
    server.identity = authority.issue({{"target.test"}});
  }
  ~TlsTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }

  void use_settings() {
    auto made = TlsContext::create(settings);
    ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const TlsContext>>(made))
        << std::get<std::string>(made);
    endpoint.tls = std::get<std::shared_ptr<const TlsContext>>(made);
  }

  /// Connects; on success writes `text`, reads as many bytes back, and closes. The results are in the
  /// members.
  void talk(const std::string& text = "hello") {
    const support::TlsServer running(server);
    support::TlsNetwork network(timeline, running);
    network.read_limit = read_limit;
    network.write_limit = write_limit;
    network.behaviour = behaviour;
    failure.reset();
    echo.clear();
    group.spawn(converse(network, text));
    EXPECT_TRUE(timeline.run_all()) << "timers go on for ever";
    EXPECT_EQ(group.live(), 0u) << "a task has not ended";
    EXPECT_EQ(group.error(), nullptr);
    EXPECT_EQ(network.open_channels(), 0u) << "a connection is still open";
    seen = network.seen;
  }

  core::Task<void> converse(Network& network, std::string text) {
    auto result = co_await connect(network, timeline, endpoint, 0, timeline.now() + 5s, memory);
    if (auto* bad = std::get_if<core::Failure>(&result)) {
      failure = std::move(*bad);
      co_return;
    }
    connected = std::move(std::get<Connected>(result));
    const ChannelPtr channel = std::move(connected.channel);
    Deadline deadline(timeline, *channel);
    deadline.set(timeline.now() + 5s);
    core::TaskGroup writers;
    writers.spawn(write_text(*channel, text));
    while (echo.size() < text.size()) {
      const std::span<char> scratch = network.scratch();
      last_read = co_await read_some(*channel, scratch);
      if (last_read.status != IoStatus::ok) break;
      echo.append(scratch.data(), last_read.bytes);
    }
    if (last_read.status != IoStatus::ok) channel->abort(IoStatus::cancelled);
    co_await writers.join();
    channel->close(false);
  }
  core::Task<void> write_text(Channel& channel, const std::string& text) {
    last_write = co_await write_all(channel, text);
  }

  std::filesystem::path folder;
  support::Authority authority;
  support::TlsServerSpec server;
  support::TlsPeer::Behaviour behaviour;
  TlsSettings settings;
  Endpoint endpoint = support_endpoint();
  TlsMemory* memory = nullptr;
  std::size_t read_limit = static_cast<std::size_t>(-1);
  std::size_t write_limit = static_cast<std::size_t>(-1);

  support::VirtualTimeline timeline;
  core::TaskGroup group;
  std::optional<core::Failure> failure;  ///< of connecting
  Connected connected;                   ///< without its channel
  std::string echo;
  IoResult last_read, last_write;
  support::TlsSeen seen;

 private:
  static Endpoint support_endpoint() {
    Endpoint out = support::any_endpoint();
    out.port = "443";
    return out;
  }
};

}  // namespace soundcheck::net
