// What is a secret, and that none of them stays where an importer hides them.
#include "runner/importer/secrets.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "runner/importer/json_text.hpp"
#include "runner/importer/shell_variables.hpp"

namespace soundcheck::importer {
namespace {

class SecretsOfAnImport : public testing::Test {
 protected:
  std::string body(std::string_view text) { return json_text(secrets.body(boost::json::parse(text))); }
  Draft draft;
  Secrets secrets{draft};
};

TEST(SecretNames, OfHeadersParametersAndFields) {
  for (const char* name : {"Authorization",
                           "X-Api-Key",
                           "api_key",
                           "apikey",
                           "password",
                           "client_secret",
                           "access_token",
                           "refreshToken",
                           "X-Auth-Token",
                           "Cookie",
                           "X-Amz-Signature",
                           "token",
                           "X-CSRF-Token",
                           "Ocp-Apim-Subscription-Key",
                           "X-Session-Id",
                           "X-Session",
                           "pass",
                           "pin",
                           "otp",
                           "passcode",
                           "tokens",
                           "refresh_tokens",
                           "credentials",
                           "bearer"})
    EXPECT_TRUE(is_secret_name(name)) << name;
  for (const char* name : {"max_tokens", "author", "id", "session_id", "X-Request-Id", "key", "page",
                           "Accept", "code", "passed", "pinned", "compass"})
    EXPECT_FALSE(is_secret_name(name)) << name;
}

TEST(SecretNames, OfParametersOnly) {
  for (const char* name : {"key", "code", "code_verifier", "client_assertion", "password"})
    EXPECT_TRUE(is_secret_parameter(name)) << name;
  for (const char* name : {"page", "codec", "keyword", "country_code"})
    EXPECT_FALSE(is_secret_parameter(name)) << name;
}

TEST(SecretValues, WhateverTheirName) {
  for (const char* value :
       {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln", "sk_live_abcdef", "sk-proj-0123456789",
        "ghp_0123456789abc", "https://ann:pw@h/x", "https://h/cb?page=1&access_token=t",
        "https://h/cb#id_token=t", "https://h/login?code=1", "-----BEGIN RSA PRIVATE KEY-----\nMII"})
    EXPECT_TRUE(is_secret_value(value)) << value;
  for (const char* value :
       {"", "sk-SK", "sk-SK,sk;q=0.9,en-US;q=0.8", "eyJpZCI6MTIzNDU2Nzg5fQ", "https://h/a?page=1",
        "https://h:8080/a@b", "https://h/?token=", "https://h/?", "task-0123456789", "AKIA"})
    EXPECT_FALSE(is_secret_value(value)) << value;
}

/// A run would send its own PATH for a secret of that name.
TEST_F(SecretsOfAnImport, VariablesThatEveryShellSetsAreNotTaken) {
  EXPECT_EQ(secrets.hide("pwd", "hunter2", ""), "${TARGET_PWD}");
  EXPECT_EQ(secrets.hide("path", "path", ""), "${TARGET_PATH}");
  EXPECT_EQ(secrets.hide("lc_all", "x", ""), "${TARGET_LC_ALL}");
  EXPECT_EQ(secrets.hide("user_name", "x", ""), "${USER_NAME}");
  EXPECT_EQ(secrets.hide("HOME", shell_mark("HOME"), ""), shell_mark("HOME"))
      << "the script means the shell's";
}

TEST_F(SecretsOfAnImport, EverythingBelowASecretsName) {
  EXPECT_EQ(
      body(R"({"credentials":{"user":"ann","levels":["a",{"n":7}],"ok":true,"none":null},"id":7})"),
      R"({"credentials":{"user":"${TARGET_USER}","levels":["${LEVELS}",{"n":${N}}],"ok":true,"none":null},"id":7})");
  EXPECT_EQ(body(R"({"password_policy":{"length":8,"hint":"cat"}})"),
            R"({"password_policy":{"length":8,"hint":"${HINT}"}})");
}

TEST_F(SecretsOfAnImport, NumbersToo) {
  EXPECT_EQ(body(R"({"pin":1234,"otp":0,"password":7})"),
            R"({"pin":${PIN},"otp":${OTP},"password":${PASSWORD}})");
  EXPECT_EQ(body(R"({"tokens":120,"max_tokens":5,"password_length":8,"time_to_first_token":0.5})"),
            R"({"tokens":120,"max_tokens":5,"password_length":8,"time_to_first_token":5E-1})")
      << "counts and lengths are none";
}

TEST_F(SecretsOfAnImport, ACodeIsOneBesideAGrantType) {
  EXPECT_EQ(body(R"({"grant_type":"authorization_code","code":"x"})"),
            R"({"grant_type":"authorization_code","code":"${CODE}"})");
  EXPECT_EQ(body(R"({"country":"DE","code":"49"})"), R"({"country":"DE","code":"49"})");
}

TEST_F(SecretsOfAnImport, VariablesStay) {
  EXPECT_EQ(json_text(secrets.hide_fields(boost::json::parse(R"({"password":"{{pw}}","pin":"${PIN}"})"))),
            R"({"password":"{{pw}}","pin":"${PIN}"})");
  EXPECT_EQ(json_text(secrets.hide_fields(boost::json::object{{"pin", bare("{{pin}}")}})),
            R"({"pin":{{pin}}})");
}

TEST_F(SecretsOfAnImport, AddressesInOtherPlaces) {
  EXPECT_EQ(secrets.header("Referer", "https://h/cb?access_token=t"), "https://h/cb");
  EXPECT_EQ(secrets.header("X-Callback", "https://h/cb?access_token=t"), "${X_CALLBACK}");
  EXPECT_EQ(secrets.form("to=https%3A%2F%2Fh%2F%3Ftoken%3Dt&n=1&key=k&empty=&key="),
            "to=${TO}&n=1&key=${KEY}&empty=&key=");
}

TEST_F(SecretsOfAnImport, PartsOfAForm) {
  EXPECT_EQ(secrets.part("password", "x"), "${PASSWORD}");
  EXPECT_EQ(secrets.part("meta", R"({"a": 1, "token": "t"})"), R"({"a":1,"token":"${TOKEN}"})");
  EXPECT_EQ(secrets.part("note", "{{x}} [1"), "{ {x}} [1");
  EXPECT_EQ(secrets.part("password", ""), "");
}

TEST_F(SecretsOfAnImport, BodiesThatAreNotQuiteJson) {
  EXPECT_EQ(secrets.text("{ // log in\n \"password\" : \"a\\\"b\", \"n\": $N, \"user\": \"ann\"}"),
            "{ // log in\n \"password\" : \"${PASSWORD}\", \"n\": $N, \"user\": \"ann\"}");
  EXPECT_EQ(
      secrets.text("<a><wsse:Password type='t'>x</wsse:Password><token></token><auth> <b>y</b></auth></a>"),
      "<a><wsse:Password type='t'>${WSSE_PASSWORD}</wsse:Password><token></token><auth> <b>y</b></auth></a>");
  EXPECT_EQ(secrets.text("\"password\": \"{{pw}}\", \"token\": \"${T}\""),
            "\"password\": \"{{pw}}\", \"token\": \"${T}\"");
  for (const char* broken :
       {"", "<", "\"", "\"password\"", "\"password\":", "\"password\": \"x", "<password", "<>", "\"\\"})
    EXPECT_EQ(secrets.text(broken), broken);
  EXPECT_EQ(secrets.form("a=1&{\"secret\":\"x\"}"), "a=1&{\"secret\":\"${SECRET}\"}");
}

TEST_F(SecretsOfAnImport, JsonWithinOtherTexts) {
  EXPECT_EQ(secrets.form("data={\"password\":\"x\"}&more={\"a\":1}"), "data=${DATA}&more={\"a\":1}");
  EXPECT_EQ(body(R"({"payload":"{\"token\":\"x\"}"})"), R"({"payload":"${PAYLOAD}"})");
}

TEST_F(SecretsOfAnImport, SchemesOfHeaders) {
  EXPECT_EQ(secrets.header("Authorization", "Bearer x"), "Bearer ${API_TOKEN}");
  EXPECT_EQ(secrets.header("X-Forwarded", "bearer y"), "bearer ${API_TOKEN_2}");
  EXPECT_EQ(secrets.header("Authorization", "Basic eA=="), "Basic ${BASIC_AUTH}");
  EXPECT_EQ(secrets.header("Authorization", "Digest a, b"), "Digest ${AUTHORIZATION}");
  EXPECT_EQ(secrets.header("Authorization", "plain"), "${AUTHORIZATION_2}");
  EXPECT_EQ(secrets.header("X-Plan", "Basic tier"), "Basic tier");
  EXPECT_EQ(secrets.header("X-Plan", "bearer"), "bearer");
}

TEST(JsonText, VariablesWithoutQuotes) {
  const auto brace = [](std::string_view text) -> std::size_t { return text.starts_with("{{x}}") ? 5 : 0; };
  const std::string quoted = quote_bare(R"({"a":{{x}},"b":"\"{{x}}","c":[{{x}}]})", brace);
  const auto value = read_json(quoted);
  ASSERT_TRUE(value) << quoted;
  EXPECT_TRUE(has_bare(*value));
  EXPECT_EQ(json_text(*value), R"({"a":{{x}},"b":"\"{{x}}","c":[{{x}}]})");
  EXPECT_FALSE(has_bare(boost::json::parse(R"({"b":"{{x}}"})")));
  EXPECT_FALSE(read_json_structure("5"));
  EXPECT_FALSE(read_json(std::string(500, '[')));
}

}  // namespace
}  // namespace soundcheck::importer
