// Whom we trust, who we are, and what is said when it does not work out.
#include "protocols/net/tls_context.hpp"
#include "tests/unit/net/tls_test.hpp"

namespace soundcheck::net {
namespace {

using core::Failure;
using core::Stage;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

constexpr const char* who = "the certificate of 192.0.2.1:80: ";

/// The failure of connecting to a target with this certificate.
class CertificateTest : public TlsTest {
 protected:
  Failure refused(const support::Identity& identity) {
    server.identity = identity;
    use_settings();
    talk();
    EXPECT_TRUE(failure) << "the certificate was accepted";
    return failure.value_or(Failure{});
  }
};

TEST_F(CertificateTest, Expired) {
  const Failure f = refused(authority.issue({{"target.test"}, {}, -7'200, -3'600}));
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_THAT(f.text,
              MatchesRegex(".*192.0.2.1:80: it expired on 20..-..-.. ..:.. UTC \\(CN = target.test\\)"));
}

TEST_F(CertificateTest, NotYetValid) {
  const Failure f = refused(authority.issue({{"target.test"}, {}, 3'600, 7'200}));
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_THAT(f.text, StartsWith(who + std::string("it is valid only from 20")));
}

TEST_F(CertificateTest, ForOtherNames) {
  const Failure f = refused(authority.issue({{"a.test", "b.test"}, {"192.0.2.9"}}));
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_EQ(f.text,
            who + std::string("it is for a.test, b.test, 192.0.2.9, not for target.test; the name it must "
                              "have is tls.server_name"));
}

TEST_F(CertificateTest, OfManyNamesSomeAreShown) {
  const Failure f =
      refused(authority.issue({{"a.test", "b.test", "c.test", "d.test", "e.test", "f.test", "g.test"}}));
  EXPECT_THAT(f.text,
              HasSubstr("it is for a.test, b.test, c.test, d.test, e.test and 2 more, not for target.test"));
}

TEST_F(CertificateTest, ForNoName) {
  EXPECT_THAT(refused(authority.issue({})).text, HasSubstr("it is for no name at all, not for target.test"));
}

TEST_F(CertificateTest, SelfSigned) {
  const Failure f = refused(support::self_signed({{"target.test"}}));
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_EQ(f.text,
            who + std::string("it is self-signed (CN = target.test); to trust it, name its file as tls.ca"));
}

TEST_F(CertificateTest, OfAnUnknownAuthority) {
  const Failure f = refused(support::Authority("Somebody Else").issue({{"target.test"}}));
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_EQ(f.text,
            who + std::string("its authority is unknown here (CN = Somebody Else); name the authority's "
                              "certificate as tls.ca"));
}

TEST_F(CertificateTest, ASelfSignedOneCanBeTrusted) {
  server.identity = support::self_signed({{"target.test"}});
  settings.ca_file = write("own.pem", server.identity.certificate);
  use_settings();
  talk();
  EXPECT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
}

TEST_F(CertificateTest, WithoutAnAuthorityOfOursTheSystemsCount) {
  settings.ca_file.clear();
  EXPECT_EQ(refused(authority.issue({{"target.test"}})).stage, Stage::certificate);
}

TEST_F(CertificateTest, AnAddressIsVerifiedAsOneAndHasNoServerName) {
  endpoint.host = "127.0.0.1";
  const Failure f = refused(authority.issue({{"127.0.0.1"}}));  // as a DNS name it does not count
  EXPECT_EQ(f.stage, Stage::certificate);
  EXPECT_THAT(f.text, HasSubstr("not for 127.0.0.1"));
  server.identity = authority.issue({{}, {"127.0.0.1", "::1"}});
  for (const char* host : {"127.0.0.1", "::1"}) {
    endpoint.host = host;
    talk();
    EXPECT_FALSE(failure) << failure->text;
    EXPECT_EQ(seen.server_name, "");
  }
}

TEST_F(CertificateTest, AServerNameOfTheUserIsSentAndVerified) {
  server.identity = authority.issue({{"named.test"}});
  settings.server_name = "named.test";
  use_settings();
  talk();
  EXPECT_FALSE(failure) << failure->text;
  EXPECT_EQ(seen.server_name, "named.test");
}

TEST_F(CertificateTest, VerificationCanBeSwitchedOff) {
  server.identity = support::self_signed({{"other.test"}, {}, -7'200, -3'600});
  settings.verify = false;
  settings.ca_file.clear();
  use_settings();
  talk();
  EXPECT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
}

/// TLS 1.2 and 1.3 refuse a client at different moments.
class ClientCertificate : public TlsTest, public testing::WithParamInterface<bool> {
 protected:
  ClientCertificate() {
    server.up_to_1_2 = GetParam();
    server.client_authority = authority.certificate();
  }
  /// In TLS 1.3 the client is done before the server has looked at its certificate.
  std::string refusal() {
    use_settings();
    talk();
    if (!failure) failure = to_failure(last_read, Stage::read, "reading");
    EXPECT_EQ(failure->stage, Stage::tls);
    return failure->text;
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, ClientCertificate, testing::Bool());

TEST_P(ClientCertificate, IsShown) {
  const support::Identity ours = authority.issue({{"client.test"}});
  settings.certificate_file = write("client.pem", ours.certificate);
  settings.key_file = write("client.key", ours.key);
  use_settings();
  talk();
  EXPECT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
}

TEST_P(ClientCertificate, TheKeyMayStandInTheSameFileAndHaveAPassword) {
  const support::Identity ours = authority.issue({{"client.test"}});
  settings.certificate_file =
      write("client.pem", ours.certificate + support::encrypted_key(ours, "opensesame"));
  settings.key_password = "opensesame";
  use_settings();
  talk();
  EXPECT_FALSE(failure) << failure->text;
  EXPECT_EQ(echo, "hello");
}

TEST_P(ClientCertificate, IsMissed) {
  EXPECT_THAT(refusal(), HasSubstr("wants a client certificate (tls.certificate)"));
}

TEST_P(ClientCertificate, IsRefused) {
  const support::Identity ours = support::Authority("Somebody Else").issue({{"client.test"}});
  settings.certificate_file = write("client.pem", ours.certificate + ours.key);
  EXPECT_THAT(refusal(),
              HasSubstr("the target sent the alert unknown CA; it does not accept our client certificate"));
}

TEST_F(TlsTest, AMissingClientCertificateIsNamedThoughTheAlertIsLost) {
  server.client_authority = authority.certificate();
  use_settings();
  talk();
  behaviour.breaks_after = seen.sent - 10;  // inside of the alert, 24 bytes long
  behaviour.how = support::Breakage::reset;
  talk();
  EXPECT_FALSE(failure) << "in TLS 1.3 the client is done before the server has looked at its certificate";
  const core::Failure lost = to_failure(last_read, Stage::read, "reading");
  EXPECT_EQ(lost.stage, Stage::tls);
  EXPECT_EQ(lost.text,
            "reading: the target asked for a client certificate, got none, and ended the connection "
            "(tls.certificate)");
}

TEST_F(TlsTest, ATargetWithOldVersionsOnly) {
  server.up_to_1_2 = true;
  settings.only_1_3 = true;
  use_settings();
  talk();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Stage::tls);
  EXPECT_EQ(failure->text,
            "TLS handshake with 192.0.2.1:80: the target sent the alert protocol version; it offers no "
            "version that we accept (tls.min_version)");
}

/// Files that cannot be used: what is said, DIR for the folder.
class TlsFiles : public TlsTest {
 protected:
  std::string problem() {
    const auto made = TlsContext::create(settings);
    std::string text = std::holds_alternative<std::string>(made) ? std::get<std::string>(made) : "none";
    for (std::size_t i; (i = text.find(folder.string())) != text.npos;)
      text.replace(i, folder.string().size(), "DIR");
    return text;
  }
};

TEST_F(TlsFiles, AllMistakesAtOnce) {
  settings.ca_file = write("ca.pem", "no certificate");
  settings.certificate_file = write("client.pem", "nor this");
  settings.key_file = folder / "nowhere.key";
  const std::string said = problem();
  EXPECT_THAT(said, HasSubstr("tls.ca: DIR/ca.pem is no file of PEM certificates: "));
  EXPECT_THAT(said, HasSubstr("\ntls.certificate: DIR/client.pem is no PEM certificate: no start line\n"));
  EXPECT_THAT(
      said, HasSubstr("tls.key: DIR/nowhere.key is no PEM key that can be read: No such file or directory"));
}

TEST_F(TlsFiles, AKeyOfAnotherCertificate) {
  settings.certificate_file = write("client.pem", authority.issue({}).certificate);
  settings.key_file = write("client.key", authority.issue({}).key);
  EXPECT_EQ(problem(), "tls.key: DIR/client.key does not belong to the certificate DIR/client.pem\n");
}

TEST_F(TlsFiles, APasswordIsMissingOrWrongAndNeverShown) {
  const support::Identity ours = authority.issue({});
  settings.certificate_file = write("client.pem", ours.certificate);
  settings.key_file = write("client.key", support::encrypted_key(ours, "opensesame"));
  EXPECT_THAT(problem(), HasSubstr("a key with a password needs tls.key_password"));
  settings.key_password = "opensalami";
  const std::string said = problem();
  EXPECT_THAT(said, HasSubstr("is tls.key_password right?"));
  EXPECT_THAT(said, Not(HasSubstr("opens")));
}

}  // namespace
}  // namespace soundcheck::net
