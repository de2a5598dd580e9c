// The keys tls, proxy, source_addresses and api.http_version: what they mean, and what is said when they are
// wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ConnectionTest : public testing::Test {
 protected:
  /// The minimal system with these lines.
  void with(const std::string& lines) { workspace.write("systems/sys.yaml", minimal_system + lines); }
  ConnectionSystem good() {
    const LoadResult loaded = workspace.load();
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.to_string();
    return loaded.profile ? loaded.profile->system.connection : ConnectionSystem{};
  }
  Workspace workspace;
};

TEST_F(ConnectionTest, WithoutKeysTargetsAreVerifiedAndNothingIsInBetween) {
  const ConnectionSystem connection = good();
  EXPECT_TRUE(connection.tls.verify);
  EXPECT_TRUE(connection.tls.resumption);
  EXPECT_EQ(connection.tls.ca, "");
  EXPECT_EQ(connection.proxy, "");
  EXPECT_THAT(connection.source_addresses, testing::IsEmpty());
}

TEST_F(ConnectionTest, EverythingCanBeSaid) {
  workspace.write("systems/keys/ca.pem", "x");
  workspace.write("systems/client.pem", "x");
  workspace.write("client.key", "x");
  workspace.environment = {{"KEY_PASSWORD", "opensesame"}, {"LOGIN", "ada:secret"}};
  with(R"(tls:
  verify: false
  ca: keys/ca.pem
  certificate: client.pem
  key: ../client.key
  key_password: ${KEY_PASSWORD}
  server_name: agent.internal
  resumption: false
  min_version: "1.3"
proxy: http://${LOGIN}@proxy.test:3128
source_addresses: [127.0.0.2, "::1"]
)");
  const ConnectionSystem connection = good();
  EXPECT_FALSE(connection.tls.verify);
  EXPECT_EQ(connection.tls.ca, workspace.folder / "systems/keys/ca.pem");
  EXPECT_EQ(connection.tls.certificate, workspace.folder / "systems/client.pem");
  EXPECT_EQ(connection.tls.key, workspace.folder / "client.key");
  EXPECT_EQ(connection.tls.key_password, "opensesame");
  EXPECT_EQ(connection.tls.server_name, "agent.internal");
  EXPECT_FALSE(connection.tls.resumption);
  EXPECT_EQ(connection.tls.min_version, "1.3");
  EXPECT_EQ(connection.proxy, "http://ada:secret@proxy.test:3128");
  EXPECT_THAT(connection.source_addresses, ElementsAre("127.0.0.2", "::1"));
  const std::string text = workspace.load().profile->source_text;
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("opensesame")));
}

TEST_F(ConnectionTest, MistakesHaveTheirPlace) {
  with(R"(tls:
  verify: maybe
  ca: nowhere.pem
  key: .
  min_version: "1.1"
  cipher: x
proxy: socks5://proxy.test
source_addresses: [localhost]
)");
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre(
          testing::StartsWith("systems/sys.yaml:8:3: tls: \"key\" needs \"certificate\" beside it"),
          testing::StartsWith("systems/sys.yaml:8:11: tls.verify: "),
          "systems/sys.yaml:9:7: tls.ca: there is no such file (found \"nowhere.pem\"); looked in "
          "systems",
          "systems/sys.yaml:10:8: tls.key: this is not a file (found \".\"); looked in systems",
          testing::StartsWith("systems/sys.yaml:11:16: tls.min_version: "),
          testing::StartsWith("systems/sys.yaml:12:3: tls.cipher: "),
          "systems/sys.yaml:13:8: proxy: a proxy's URL begins with http:// (found \"socks5://proxy.test\"); "
          "write it like http://proxy.example:3128",
          "systems/sys.yaml:14:20: source_addresses[0]: this is no IP address; write it like 192.0.2.10 or "
          "2001:db8::10 (found \"localhost\")"));
}

TEST_F(ConnectionTest, TheVersionOfHttpIsNegotiatedOrNamed) {
  const auto version = [&](const std::string& line) -> std::string {
    with(line);
    const LoadResult loaded = workspace.load();
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.to_string();
    return loaded.profile ? loaded.profile->system.api->http_version : "";
  };
  EXPECT_EQ(version(""), "auto");
  EXPECT_EQ(version("  http_version: auto\n"), "auto");
  EXPECT_EQ(version("  http_version: \"1.1\"\n"), "1.1");
  EXPECT_EQ(version("  http_version: 1.1\n"), "1.1") << "without quotes, too";
  EXPECT_EQ(version("  http_version: 2\n"), "2");
}

TEST_F(ConnectionTest, OtherVersionsOfHttpAreMistakes) {
  with("  http_version: 3\n");
  EXPECT_THAT(workspace.mistakes(),
              ElementsAre("systems/sys.yaml:7:17: api.http_version: unknown name (found \"3\"); known: auto, "
                          "1.1, 2"));
}

TEST_F(ConnectionTest, SecretsInAFileAreRefusedAndNotRepeated) {
  workspace.write("systems/client.pem", "x");
  with("tls: {certificate: client.pem, key_password: opensesame}\nproxy: http://ada:opensesame@proxy.test\n");
  EXPECT_THAT(
      workspace.mistakes(),
      ElementsAre(
          "systems/sys.yaml:7:46: tls.key_password: a secret cannot stand here as text: it would get "
          "into reports; write a variable of the environment here, for example ${PASSWORD}",
          "systems/sys.yaml:8:8: proxy: a user name and password cannot stand here as text: they would "
          "get into reports; write variables of the environment, for example "
          "http://${PROXY_LOGIN}@proxy.example:3128"));
}

}  // namespace
}  // namespace soundcheck::profile
