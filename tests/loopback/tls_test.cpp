// Whole runs against https:// and wss:// targets: the reference agent behind a TLS front.
#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "tests/loopback/agent.hpp"
#include "tests/loopback/hostile_server.hpp"
#include "tests/loopback/load_run.hpp"
#include "tests/loopback/tls_front.hpp"

namespace soundcheck::loopback {
namespace {

using testing::HasSubstr;

class TlsRun : public LoadRun {
 protected:
  TlsRun() { write("ca.pem", authority.certificate()); }

  void start_front(const support::Identity& identity, bool speech = false) {
    server.identity = identity;
    agent = std::make_unique<Agent>(std::vector<std::string>{}, speech);
    front = std::make_unique<TlsFront>(server, agent->port());
  }
  void start_good_front(bool speech = false) {
    start_front(authority.issue({{"localhost"}, {"127.0.0.1"}}), speech);
  }

  /// To an end that needs no repetition: nothing was measured.
  Ended refused(const Arguments& arguments) const { return start(api_only + arguments).wait(run_limit); }

  std::string https() const { return "https://127.0.0.1:" + front->port(); }
  std::string wss() const { return "wss://127.0.0.1:" + front->port(); }

  const Arguments trusted{"--set", "system.tls.ca=ca.pem"};
  const support::Authority authority;
  support::TlsServerSpec server;
  std::unique_ptr<Agent> agent;
  std::unique_ptr<TlsFront> front;
};

TEST_F(TlsRun, Api) {
  start_good_front();
  const Ended ended = run(api_only + trusted + Arguments{"--target", https()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/api/total/counters/succeeded"), 50);
  EXPECT_EQ(figure("/api/total/failed"), 0);
  EXPECT_EQ(text("/target/url"), https());
}

TEST_F(TlsRun, WebSocketsResumeTheirSessions) {
  start_good_front();
  const Ended ended = run(Arguments{"--only", "websocket"} + trusted + Arguments{"--target", wss()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/websocket/total/counters/messages_received"), 10);
  EXPECT_GT(figure("/websocket/total/counters/tls_resumptions"), 0);
  EXPECT_GT(front->resumed(), 0);
  EXPECT_LT(front->resumed(), front->handshakes()) << "every user begins without a session";
}

TEST_F(TlsRun, WithoutResumptionEveryHandshakeIsAFullOne) {
  start_good_front();
  const Ended ended = run(Arguments{"--only", "websocket", "--set", "system.tls.resumption=false"} + trusted +
                          Arguments{"--target", wss()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(result().number("/websocket/total/counters/tls_resumptions").value_or(0), 0);
  EXPECT_EQ(front->resumed(), 0);
  EXPECT_GT(front->handshakes(), 2);
}

TEST_F(TlsRun, Calls) {
  start_good_front(true);
  const Ended ended =
      run(Arguments{"--only", "ai_pipeline", "--duration", "15s"} + trusted + Arguments{"--target", wss()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(figure("/ai_pipeline/total/counters/turns"), 0);
  EXPECT_EQ(figure("/ai_pipeline/total/failed"), 0);
}

TEST_F(TlsRun, AClientCertificateIsShown) {
  server.client_authority = authority.certificate();
  start_good_front();
  const support::Identity ours = authority.issue({{"soundcheck"}});
  write("client.pem", ours.certificate);
  write("client.key", ours.key);
  const Ended ended = run(api_only + trusted +
                          Arguments{"--set", "system.tls.certificate=client.pem", "--set",
                                    "system.tls.key=client.key", "--target", https()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  const Ended without = refused(trusted + Arguments{"--target", https()});
  EXPECT_EQ(without.exit_code, 4);
  EXPECT_THAT(without.err, HasSubstr("tls.certificate and tls.key name it"));
}

TEST_F(TlsRun, AnUnknownAuthorityIsRefusedBeforeTheRun) {
  start_good_front();
  write("ca.pem", support::Authority("Somebody Else").certificate());
  const Ended ended = refused(trusted + Arguments{"--target", https()});
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, HasSubstr("its authority is unknown here (CN = Test Authority)"));
  EXPECT_THAT(ended.err, HasSubstr("tls.ca and tls.server_name of the system file say whom to trust"));
}

TEST_F(TlsRun, WithoutVerificationTheReportSaysSo) {
  start_good_front();
  const Ended ended = run(api_only + Arguments{"--set", "system.tls.verify=false", "--target", https()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("the target's certificate was not verified (tls.verify: false)"));
}

TEST_F(TlsRun, AnExpiredCertificateIsRefusedBeforeTheRun) {
  start_front(authority.issue({{"localhost"}, {"127.0.0.1"}, -7'200, -3'600}));
  const Ended ended = refused(trusted + Arguments{"--target", https()});
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, HasSubstr("it expired on 20"));
}

TEST_F(TlsRun, AnotherNameIsRefusedAndCanBeNamed) {
  start_front(authority.issue({{"agent.internal"}}));
  const Ended ended = refused(trusted + Arguments{"--target", https()});
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, HasSubstr("it is for agent.internal, not for 127.0.0.1"));
  const Ended named = run(api_only + trusted +
                          Arguments{"--set", "system.tls.server_name=agent.internal", "--target", https()});
  EXPECT_EQ(named.exit_code, 0) << named.out << named.err;
}

TEST_F(TlsRun, APlainPortIsNamedAsOne) {
  const Agent plain({});
  const Ended ended = refused({"--target", "https://127.0.0.1:" + plain.port()});
  EXPECT_EQ(ended.exit_code, 4);
  EXPECT_THAT(ended.err, HasSubstr("the target speaks no TLS here; is it a plain port (http://)?"));
}

TEST_F(TlsRun, FilesThatCannotBeUsedAreNamedBeforeAnythingIsSent) {
  write("key.pem", "no key");
  const Ended missing = refused({"--target", "https://127.0.0.1:1", "--set", "system.tls.ca=nowhere.pem"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("system.tls.ca: there is no such file"));
  const Ended broken =
      refused({"--target", "https://127.0.0.1:1", "--set", "system.tls.certificate=key.pem"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.err, HasSubstr("tls.certificate: key.pem is no PEM certificate"));
}

TEST_F(TlsRun, AProxyThatRefusesIsNamedWithoutItsPassword) {
  HostileServer proxy([](HostileServer::Peer& peer) {
    if (!peer.read_head().empty()) peer.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  const std::string address = proxy.url().substr(7);
  const Ended ended =
      Program("run_load_tests",
              api_only + Arguments{"--profile", "profile.yaml", "--target", "https://127.0.0.1:1", "--set",
                                   "system.proxy=http://${LOGIN}@" + address},
              folder_, {{"SOUNDCHECK_DATA", SOUNDCHECK_SOURCE_DIR}, {"LOGIN", "ada:opensesame"}})
          .wait(run_limit);
  EXPECT_EQ(ended.exit_code, 4) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("proxy http://" + address + ": it wants a user name and password"));
  EXPECT_THAT(ended.err + ended.out, testing::Not(HasSubstr("opensesame")));
}

}  // namespace
}  // namespace soundcheck::loopback
