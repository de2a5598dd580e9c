// Every way in which a connection can end badly before a request is sent over TLS ends in its own failure
// class within its deadline, and users of a healthy target beside it see nothing of it.
#include "tests/unit/http/http_session_fixture.hpp"
#include "tests/unit/http/https_peer.hpp"
#include "tests/unit/net/tls_test.hpp"

namespace soundcheck::http {
namespace {

using support::Breakage;
using testing::Each;
using testing::SizeIs;
using testing::StartsWith;

class HostileTls;

struct TlsFault {
  const char* name;
  void (*prepare)(HostileTls& target);
  const char* failure;  ///< how its text begins

  friend void PrintTo(const TlsFault& f, std::ostream* out) { *out << f.name; }
};

class HostileTls : public net::TlsTest, public testing::WithParamInterface<TlsFault> {
 public:
  using TlsTest::authority;
  using TlsTest::behaviour;
  using TlsTest::endpoint;
  using TlsTest::server;
  using TlsTest::settings;

  /// In the middle of the server's first words.
  void break_off(Breakage how) {
    behaviour.breaks_after = 100;
    behaviour.how = how;
  }

 protected:
  static Workload one_request(core::TaskId task, bool keep_alive = true) {
    Workload workload;
    workload.timeout = 5s;
    workload.keep_alive = keep_alive;
    workload.tasks.push_back({task, 1, {}});
    workload.tasks[0].steps.push_back(request("GET", "/a"));
    return workload;
  }
  /// Each task begins on a whole second, so that all users are at work in the same moments.
  core::Task<void> repeat(HttpSession& session, int times) {
    for (int i = 0; i < times; ++i) {
      co_await timeline.sleep_until(begin + i * 1s);
      co_await session.run_one(timeline.now(), core::TimePoint::max());
    }
    session.close();
  }
  const core::TimePoint begin = timeline.now();
  support::RecordingProbe probe;
};

constexpr const char* handshake = "tls: TLS handshake with 192.0.2.1:80: ";

const TlsFault faults[]{
    {"alert_for_the_version",
     [](HostileTls& t) {
       t.server.up_to_1_2 = true;
       t.settings.only_1_3 = true;
     },
     "tls: TLS handshake with 192.0.2.1:80: the target sent the alert protocol version"},
    {"alert_for_a_client_certificate",
     [](HostileTls& t) {
       t.server.up_to_1_2 = true;
       t.server.client_authority = t.authority.certificate();
     },
     "tls: TLS handshake with 192.0.2.1:80: the target sent the alert handshake failure"},
    {"alert_for_the_protocol",
     [](HostileTls& t) {
       t.server.protocols = {"acme-tls/1"};
       t.server.insists = true;
     },
     "tls: TLS handshake with 192.0.2.1:80: the target sent the alert no application protocol"},
    {"expired_certificate",
     [](HostileTls& t) {
       t.server.identity = t.authority.issue({{"target.test"}, {}, -7'200, -3'600});
     },
     "certificate: the certificate of 192.0.2.1:80: it expired on 20"},
    {"certificate_for_another_name",
     [](HostileTls& t) { t.server.identity = t.authority.issue({{"other.test"}}); },
     "certificate: the certificate of 192.0.2.1:80: it is for other.test, not for target.test"},
    {"certificate_that_nobody_vouches_for",
     [](HostileTls& t) { t.server.identity = support::self_signed({{"target.test"}}); },
     "certificate: the certificate of 192.0.2.1:80: it is self-signed"},
    {"name_that_does_not_resolve", [](HostileTls& t) { t.endpoint.addresses.clear(); },
     "resolve: target.test has no address"},
    {"end_in_the_handshake", [](HostileTls& t) { t.break_off(Breakage::close); }, handshake},
    {"reset_in_the_handshake", [](HostileTls& t) { t.break_off(Breakage::reset); }, handshake},
    {"garbage_in_the_handshake", [](HostileTls& t) { t.break_off(Breakage::corrupt); }, handshake},
    {"silence_in_the_handshake", [](HostileTls& t) { t.break_off(Breakage::stall); },
     "deadline: TLS handshake with 192.0.2.1:80: no answer in time: timeout of 5s passed while connecting"},
};

TEST_P(HostileTls, EndsInItsClassAndDisturbsNobody) {
  constexpr core::TaskId kept = 7;
  constexpr core::TaskId opened_anew = 8;
  use_settings();
  const net::Endpoint good_endpoint = endpoint;
  const support::TlsServer good_server(server);
  HttpsNetwork good_network(timeline, good_server);
  GetParam().prepare(*this);
  use_settings();
  const support::TlsServer bad_server(server);
  support::TlsNetwork bad_network(timeline, bad_server);
  bad_network.behaviour = behaviour;

  const Workload hostile = one_request(id);
  const Workload keeps = one_request(kept);
  const Workload opens = one_request(opened_anew, false);
  HttpSession victim(hostile, {endpoint, bad_network, timeline, probe, 1, 42});
  HttpSession neighbour(keeps, {good_endpoint, good_network, timeline, probe, 1, 43});
  HttpSession other(opens, {good_endpoint, good_network, timeline, probe, 1, 44});
  group.spawn(repeat(neighbour, 16));
  group.spawn(repeat(victim, 3));
  group.spawn(repeat(other, 16));
  EXPECT_TRUE(timeline.run_all());
  EXPECT_EQ(group.live(), 0u);
  EXPECT_EQ(bad_network.open_channels() + good_network.open_channels(), 0u);

  EXPECT_EQ(probe.failures().size(), probe.failures_of(id));
  EXPECT_THAT(probe.failure_texts(), testing::AllOf(SizeIs(3), Each(StartsWith(GetParam().failure))));
  EXPECT_THAT(probe.values(id, Metric::response_time), Each(testing::Le(5'000'000)));
  for (const core::TaskId task : {kept, opened_anew}) {
    EXPECT_EQ(probe.counter(task, Counter::succeeded), 16);
    EXPECT_THAT(probe.values(task, Metric::response_time), testing::AllOf(SizeIs(16), Each(0)));
  }
  EXPECT_EQ(probe.counter(kept, Counter::connections), 1);
  EXPECT_EQ(probe.counter(opened_anew, Counter::connections), 16);
}

INSTANTIATE_TEST_SUITE_P(Table, HostileTls, testing::ValuesIn(faults),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace soundcheck::http
