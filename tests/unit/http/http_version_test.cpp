// Which version of HTTP users speak over TLS: what the system file asks for (http_version), and what the
// target offers by ALPN.
#include "tests/unit/http/http_session_fixture.hpp"
#include "tests/unit/http/https_peer.hpp"
#include "tests/unit/net/tls_test.hpp"

namespace soundcheck::http {
namespace {

using testing::StartsWith;

class HttpVersion : public net::TlsTest {
 protected:
  HttpVersion() {
    workload.timeout = 5s;
    workload.tasks.push_back({id, 1, {}});
    workload.tasks[0].steps.push_back(request("GET", "/a"));
  }

  /// Three tasks of one user against the server as it is described.
  void run_tasks() {
    use_settings();
    EXPECT_FALSE(find_hosts(workload, endpoint));
    const support::TlsServer running(server);
    HttpsNetwork network(timeline, running);
    HttpSession session(workload, {endpoint, network, timeline, probe, 1, 42});
    auto tasks = [&]() -> core::Task<void> {
      for (int i = 0; i < 3; ++i) co_await session.run_one(timeline.now(), core::TimePoint::max());
      session.close();
    };
    group.spawn(tasks());
    EXPECT_TRUE(timeline.run_all());
    EXPECT_EQ(group.live(), 0u);
    EXPECT_EQ(network.open_channels(), 0u);
    target = network.seen;
  }
  std::int64_t count(Counter counter) const { return probe.counter(id, counter); }

  Workload workload;
  support::RecordingProbe probe;
  support::TlsSeen target;
};

constexpr const char* preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr const char* request_line = "GET /a HTTP/1.1\r\n";

struct Agreement {
  const char* name;
  Version version;
  std::vector<std::string> offered;  ///< by the target, best first
  const char* agreed;
  const char* begin;  ///< of what the target reads

  friend void PrintTo(const Agreement& a, std::ostream* out) { *out << a.name; }
};

const Agreement agreements[]{
    {"auto_takes_h2_where_it_is_offered", Version::automatic, {"h2", "http/1.1"}, "h2", preface},
    {"auto_takes_what_the_target_prefers", Version::automatic, {"http/1.1", "h2"}, "http/1.1", request_line},
    {"auto_stays_on_1_1_where_h2_is_not_offered", Version::automatic, {"http/1.1"}, "http/1.1", request_line},
    {"auto_stays_on_1_1_without_alpn", Version::automatic, {}, "", request_line},
    {"one_does_not_take_h2", Version::one, {"h2", "http/1.1"}, "http/1.1", request_line},
    {"one_is_spoken_to_a_target_that_offers_h2_alone", Version::one, {"h2"}, "", request_line},
    {"two_takes_h2_though_the_target_prefers_1_1", Version::two, {"http/1.1", "h2"}, "h2", preface},
};

class AgreedVersion : public HttpVersion, public testing::WithParamInterface<Agreement> {};

TEST_P(AgreedVersion, CarriesAllRequestsOnOneConnection) {
  const Agreement& agreement = GetParam();
  workload.version = agreement.version;
  server.protocols = agreement.offered;
  run_tasks();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 3);
  EXPECT_EQ(count(Counter::connections), 1);
  EXPECT_EQ(target.protocol, agreement.agreed);
  EXPECT_THAT(target.text, StartsWith(agreement.begin));
}

INSTANTIATE_TEST_SUITE_P(Alpn, AgreedVersion, testing::ValuesIn(agreements),
                         [](const auto& test) { return test.param.name; });

TEST_F(HttpVersion, TwoWithoutAnOfferSaysSoAndSendsNothing) {
  workload.version = Version::two;
  for (const std::vector<std::string>& offered :
       {std::vector<std::string>{"http/1.1"}, std::vector<std::string>{}}) {
    server.protocols = offered;
    run_tasks();
    EXPECT_EQ(target.text, "");
  }
  EXPECT_THAT(probe.failure_texts(),
              testing::AllOf(testing::SizeIs(6),
                             testing::Each("protocol: the target does not offer HTTP/2 (ALPN); use "
                                           "http_version: auto, or \"1.1\"")));
  EXPECT_EQ(count(Counter::succeeded), 0);
}

/// Some servers would rather end the handshake than speak another version.
TEST_F(HttpVersion, ATargetThatInsistsOnAnotherVersionIsUnderstood) {
  server.insists = true;
  server.protocols = {"http/1.1"};
  workload.version = Version::two;
  run_tasks();
  server.protocols = {"h2"};
  workload.version = Version::one;
  run_tasks();
  EXPECT_THAT(probe.failure_texts(),
              testing::AllOf(testing::SizeIs(6),
                             testing::Each("tls: TLS handshake with 192.0.2.1:80: the target sent the alert "
                                           "no application protocol; it speaks none of the versions of HTTP "
                                           "that we offer (http_version)")));
}

}  // namespace
}  // namespace soundcheck::http
