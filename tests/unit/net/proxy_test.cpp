#include "protocols/net/proxy.hpp"

#include <cerrno>

#include "protocols/net/io.hpp"
#include "tests/support/session_test.hpp"

namespace soundcheck::net {
namespace {

using namespace std::chrono_literals;
using core::Failure;
using core::Stage;
using support::Fault;
using support::SessionTest;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Proxy proxy_of(std::string_view url) {
  auto parsed = parse_proxy(url);
  if (const auto* problem = std::get_if<std::string>(&parsed)) ADD_FAILURE() << *problem;
  return std::holds_alternative<Proxy>(parsed) ? std::get<Proxy>(parsed) : Proxy{};
}

TEST(ProxyUrl, HoldsWhereAndWho) {
  const Proxy proxy = proxy_of("http://Aladdin:open%20sesame@proxy.test:3128/");
  EXPECT_EQ(proxy.host, "proxy.test");
  EXPECT_EQ(proxy.port, "3128");
  EXPECT_EQ(proxy.text, "http://proxy.test:3128");
  EXPECT_EQ(proxy.authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617, section 2
  EXPECT_EQ(proxy_of("http://proxy.test").port, "8080");
  EXPECT_EQ(proxy_of("http://proxy.test").authorization, "");
  EXPECT_EQ(proxy_of("http://[::1]:1").host, "::1");
  EXPECT_EQ(proxy_of("http://[::1]:1").text, "http://[::1]:1");
}

TEST(ProxyUrl, MistakesSayWhatToWriteAndNoSecret) {
  for (const char* url : {"", "proxy:3128", "http://", "socks5://ada:secret@p", "https://ada:secret@p",
                          "http://ada:secret@p/path", "http://ada:secret@p?q", "http://ada:secret@p:0",
                          "http://ada:secret@p:99999", "http://ada:secret@"}) {
    const auto parsed = parse_proxy(url);
    const auto* problem = std::get_if<std::string>(&parsed);
    ASSERT_NE(problem, nullptr) << url;
    EXPECT_THAT(*problem, StartsWith("proxy: ")) << url;
    EXPECT_THAT(*problem, Not(HasSubstr("secret"))) << url;
  }
}

TEST(ProxyUrl, AProxyThatDoesNotResolve) {
  Proxy proxy = proxy_of("http://127.0.0.1:3128");
  EXPECT_FALSE(resolve_proxy(proxy));
  ASSERT_EQ(proxy.addresses.size(), 1u);
  EXPECT_EQ(proxy.addresses[0].text, "127.0.0.1:3128");
  proxy.host = "no host has such a name";
  const auto failure = resolve_proxy(proxy);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Stage::proxy);
  EXPECT_THAT(failure->text, StartsWith("proxy http://127.0.0.1:3128: resolving no host has such a name: "));
}

class TunnelTest : public SessionTest {
 protected:
  TunnelTest() {
    Proxy proxy = proxy_of("http://ada:secret@proxy.test:3128");
    proxy.addresses = {{{}, 0, "192.0.2.9:3128"}};
    endpoint.proxy = std::make_shared<const Proxy>(proxy);
  }
  core::Task<void> dial(ProxyUse use) {
    auto result = co_await connect(network, timeline, endpoint, 0, at(1s), nullptr, use);
    if (auto* bad = std::get_if<Failure>(&result)) {
      failure = std::move(*bad);
      co_return;
    }
    Connected& connected = std::get<Connected>(result);
    ready_at = connected.tcp_ready;
    written = co_await write_all(*connected.channel, std::string_view("hello"));
  }
  Failure refused(const std::string& answer) {
    network.on_dial().expect(request).reply(answer);
    run(dial(ProxyUse::tunnel));
    return failure;
  }
  const std::string request =
      "CONNECT target.test:80 HTTP/1.1\r\nHost: target.test:80\r\n"
      "Proxy-Authorization: Basic YWRhOnNlY3JldA==\r\n\r\n";
  Failure failure;
  IoResult written{IoStatus::end, 0, 0};
  core::TimePoint ready_at{};
};

TEST_F(TunnelTest, LeadsToTheTarget) {
  network.read_limit = 1;
  network.write_limit = 3;
  network.on_dial()
      .expect(request)
      .reply("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", 20ms)
      .expect("hello");
  run(dial(ProxyUse::tunnel));
  EXPECT_EQ(written.status, IoStatus::ok) << failure.text;
  EXPECT_EQ(ready_at, at(20ms)) << "the way to the target is free";
}

TEST_F(TunnelTest, ForPlainRequestsThereIsNone) {
  network.on_dial().expect("hello");
  run(dial(ProxyUse::forward));
  EXPECT_EQ(written.status, IoStatus::ok);
}

TEST_F(TunnelTest, RefusalsHaveTheirReasonAndNoSecret) {
  EXPECT_EQ(
      refused("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").text,
      "proxy http://proxy.test:3128: it wants a user name and password, or other ones (407); write them into "
      "proxy: from the environment");
  EXPECT_EQ(failure.stage, Stage::proxy);
  EXPECT_EQ(refused("HTTP/1.1 502 Bad Gateway\r\n\r\n").text,
            "proxy http://proxy.test:3128: it cannot reach the target (502)");
  EXPECT_EQ(refused("HTTP/1.1 403 Forbidden\r\n\r\n").text,
            "proxy http://proxy.test:3128: it does not allow a tunnel to this target (403)");
  EXPECT_EQ(refused("HTTP/1.1 302 Found\r\n\r\n").text,
            "proxy http://proxy.test:3128: it answered CONNECT with status 302");
  EXPECT_EQ(refused("SSH-2.0-OpenSSH_9.2\r\n\r\n").text,
            "proxy http://proxy.test:3128: it does not speak HTTP");
  EXPECT_EQ(refused("HTTP/1.1 2x0 OK\r\n\r\n").text, "proxy http://proxy.test:3128: it does not speak HTTP");
  EXPECT_EQ(refused("HTTP/1.1 200 OK\r\n\r\nsurprise").text,
            "proxy http://proxy.test:3128: it sent data of its own");
  EXPECT_EQ(refused("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')).text,
            "proxy http://proxy.test:3128: its answer to CONNECT does not end");
  EXPECT_EQ(failure.stage, Stage::proxy);
}

TEST_F(TunnelTest, SilenceMeetsTheDeadline) {
  network.on_dial().expect(request);
  run(dial(ProxyUse::tunnel));
  EXPECT_EQ(failure.stage, Stage::deadline);
  EXPECT_EQ(timeline.now(), at(1s));
}

/// Every step fails in every way.
class TunnelFault : public TunnelTest, public testing::WithParamInterface<Fault> {};
INSTANTIATE_TEST_SUITE_P(Faults, TunnelFault, testing::Values(Fault::reset, Fault::end, Fault::stall));

TEST_P(TunnelFault, AtEveryStep) {
  check_script = false;
  // 0: connect, 1: write the request, 2: read the answer
  for (std::size_t step = 0; step < 3; ++step) {
    failure = {};
    network.on_dial().expect(request).reply("HTTP/1.1 200 OK\r\n\r\n").expect("hello");
    network.fail_at(network.operations().size() + step, GetParam());
    const core::TimePoint begin_of_step = timeline.now();
    auto attempt = [&]() -> core::Task<void> {
      auto result =
          co_await connect(network, timeline, endpoint, 0, timeline.now() + 1s, nullptr, ProxyUse::tunnel);
      if (auto* bad = std::get_if<Failure>(&result)) failure = std::move(*bad);
    };
    run(attempt());
    const Stage expected = GetParam() == Fault::stall ? Stage::deadline
                           : step == 0                ? Stage::connect
                                                      : Stage::proxy;
    EXPECT_EQ(failure.stage, expected) << "step " << step << ": " << failure.text;
    EXPECT_LE(timeline.now() - begin_of_step, 1s);
  }
}

}  // namespace
}  // namespace soundcheck::net
