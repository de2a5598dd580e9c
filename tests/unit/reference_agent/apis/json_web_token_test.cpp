#include "tools/reference_agent/apis/json_web_token.hpp"

#include <gtest/gtest.h>

#include "tools/reference_agent/apis/digest.hpp"

namespace soundcheck::reference_agent {
namespace {

constexpr TokenClaims claims{7, TokenUse::access, 1'000'250, 1'001'000, 3};

class JsonWebToken : public testing::Test {
 protected:
  TokenFault fault_of(std::string_view text, TokenUse use = TokenUse::access,
                      std::int64_t now_ms = 1'000'500) {
    const auto checked = signer.check(text, use, now_ms);
    EXPECT_TRUE(std::holds_alternative<TokenFault>(checked)) << text;
    const auto* fault = std::get_if<TokenFault>(&checked);
    return fault == nullptr ? TokenFault{} : *fault;
  }

  TokenSigner signer{"key"};
  std::string token = signer.sign(claims);
};

TEST_F(JsonWebToken, ComesBackAsItWentOut) {
  const auto checked = signer.check(token, TokenUse::access, 1'000'999);
  ASSERT_TRUE(std::holds_alternative<TokenClaims>(checked));
  const auto& back = std::get<TokenClaims>(checked);
  EXPECT_EQ(back.account, 7);
  EXPECT_EQ(back.issued_ms, 1'000'250);
  EXPECT_EQ(back.expires_ms, 1'001'000);
  EXPECT_EQ(back.serial, 3);
}

TEST_F(JsonWebToken, IsAJsonWebToken) {
  EXPECT_EQ(token.substr(0, token.find('.')), "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");
  const auto payload = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
  EXPECT_EQ(from_base64url(payload), R"({"sub":"7","use":"access","iat":1.00025E3,"exp":1.001E3,"jti":"3"})");
}

TEST_F(JsonWebToken, ExpiresAtItsTime) {
  EXPECT_EQ(fault_of(token, TokenUse::access, 1'001'000), TokenFault::expired);
  EXPECT_EQ(fault_of(token, TokenUse::access, 9'000'000), TokenFault::expired);
}

TEST_F(JsonWebToken, IsGoodForOneUseOnly) {
  EXPECT_EQ(fault_of(token, TokenUse::refresh), TokenFault::wrong);
}

TEST_F(JsonWebToken, AnyChangeMakesItWrong) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(fault_of(changed), TokenFault::wrong) << i;
    EXPECT_EQ(fault_of(token.substr(0, i)), TokenFault::wrong) << i;
  }
  EXPECT_EQ(fault_of(TokenSigner("other key").sign(claims)), TokenFault::wrong);
}

TEST_F(JsonWebToken, DoesNotChooseHowItIsChecked) {
  const auto payload = base64url(R"({"sub":"7","use":"access","exp":9e9})");
  EXPECT_EQ(fault_of(base64url(R"({"alg":"none","typ":"JWT"})") + "." + payload + "."), TokenFault::wrong);
  EXPECT_EQ(fault_of(".."), TokenFault::wrong);
}

}  // namespace
}  // namespace soundcheck::reference_agent
