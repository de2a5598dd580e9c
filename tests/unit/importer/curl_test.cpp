#include <gmock/gmock.h>

#include "runner/importer/shell_variables.hpp"
#include "runner/importer/shell_words.hpp"
#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& command : shell_commands({text, "given"})) {
    for (const Word& word : command) out.push_back(word.text);
    out.emplace_back("|");
  }
  return out;
}

TEST(ShellWords, QuotesAndEscapes) {
  EXPECT_THAT(words("a 'b c' \"d \\\"e\\\" $\" g\\ h i'j'\"k\""),
              ElementsAre("a", "b c", "d \"e\" $", "g h", "ijk", "|"));
  EXPECT_THAT(words("a '' \"\""), ElementsAre("a", "", "", "|"));
  EXPECT_THAT(words(R"($'it\'s \u00e9\x41\n\t\\')"), ElementsAre("it's \xc3\xa9"
                                                                 "A\n\t\\",
                                                                 "|"));
  EXPECT_THAT(words("a \\\n b \\\r\n c"), ElementsAre("a", "b", "c", "|"));
}

TEST(ShellWords, CommandsAndComments) {
  EXPECT_THAT(words("a b; c # d; e\nf && g | h & i#j"),
              ElementsAre("a", "b", "|", "c", "|", "f", "|", "g", "|", "h", "|", "i#j", "|"));
}

TEST(ShellWords, RedirectionsAreNoWords) {
  EXPECT_THAT(words("a > /dev/null 2>&1; b <in>>out c; d 2 > 'x y' '>' 3"),
              ElementsAre("a", "|", "b", "c", "|", "d", "2", ">", "3", "|"));
}

TEST(ShellWords, HereDocumentsAreNoCommands) {
  EXPECT_THAT(words("a -d @- <<EOF | b\n{\"it's\": 1}\nEOF\nc << 'X Y' d <<-Z <<< e\nit's\nX Y\n\tZ\nf\n"),
              ElementsAre("a", "-d", "@-", "|", "b", "|", "c", "d", "|", "f", "|"));
  EXPECT_THAT(words("a <<END\nno end"), ElementsAre("a", "|"));
}

TEST(ShellWords, VariablesThatTheScriptSets) {
  EXPECT_THAT(
      words(
          "A=1 B='x y'\nexport C=\"$A/$B\"\ngo $A ${B} \"<$C>\" '$A' \\$A $'$A' ${D:-none} $1 $(date) ${#A}"),
      ElementsAre("go", "1", "x y", "<1/x y>", "$A", "$A", "$A", "none", "$1", "$(date)", "${#A}", "|"));
  EXPECT_THAT(words("A=1 go $A"), ElementsAre("A=1", "go", shell_mark("A"), "|"))
      << "set for the command alone, after its words";
}

TEST(ShellWords, VariablesThatItDoesNotSet) {
  EXPECT_THAT(words("go -H \"X-Key: $API_KEY\""),
              ElementsAre("go", "-H", "X-Key: " + shell_mark("API_KEY"), "|"));
  EXPECT_EQ(with_shell_names("a " + shell_mark("B") + "/" + shell_mark("C_2")), "a $B/$C_2");
  EXPECT_TRUE(is_shell_mark(shell_mark("A")));
  EXPECT_FALSE(is_shell_mark(shell_mark("A") + shell_mark("B")));
  EXPECT_FALSE(is_shell_mark(""));
}

TEST(ShellWords, WindowsCmd) {
  EXPECT_THAT(
      words("curl ^\"https://h/x?a=1^&b=2^\" ^\n  -H ^\"accept: */*^\" ^\n --data-raw "
            "^\"^{^\\^\"a^\\^\":1^}^\""),
      ElementsAre("curl", "https://h/x?a=1&b=2", "-H", "accept: */*", "--data-raw", "{\"a\":1}", "|"));
}

/// What is quoted for the shell comes back as it was.
TEST(ShellWords, QuotingIsUndone) {
  for (const std::string word :
       {"plain", "", "two words", "it's", "$HOME `x` \"q\" \\", "a;b&c|d#e", "\n\t"}) {
    EXPECT_THAT(words("x " + shell_quoted(word)), ElementsAre("x", word, "|"));
  }
}

/// Their values are not known before the script runs.
TEST(ShellWords, VariablesThatTheScriptGetsFromCommands) {
  EXPECT_THAT(words("ID=$(uuidgen)\ngo $ID; B=`date`; go $B"),
              ElementsAre("ID=$(uuidgen)", "|", "go", shell_mark("ID"), "|", "B=`date`", "|", "go",
                          shell_mark("B"), "|"));
}

profile::RequestStep only_step(const Imported& imported) {
  const profile::System system = loaded_system(imported);
  EXPECT_EQ(system.api->tasks.size(), 1U);
  return system.api->tasks.at(0).steps.at(0).request;
}

profile::RequestStep step_of(const std::string& command) { return only_step(import_text("curl", command)); }

TEST(Curl, MethodsAndBodies) {
  EXPECT_EQ(step_of("curl h/a").method, "GET");
  EXPECT_EQ(step_of("curl -I h/a").method, "HEAD");
  EXPECT_EQ(step_of("curl -XPUT h/a").method, "PUT");
  const auto form = step_of("curl h/a -d x=1 --data-urlencode 'y=a b&c'");
  EXPECT_EQ(form.method, "POST");
  EXPECT_EQ(form.body, "x=1&y=a%20b%26c");
  EXPECT_EQ(form.content_type, "application/x-www-form-urlencoded");
  const auto json = step_of(R"(curl h/a --json '{"n": 1, "s": "2", "f": 1.5, "z": null, "b": true}')");
  EXPECT_EQ(json.body, R"({"n":1,"s":"2","f":1.5E0,"z":null,"b":true})");
  EXPECT_EQ(json.content_type, "application/json");
  const auto text = step_of("curl h/a -H 'Content-Type: text/plain' --data-raw $'@a\\nb ${c}'");
  EXPECT_EQ(text.body, "@a\nb ${c}");
  EXPECT_EQ(text.content_type, "text/plain");
}

TEST(Curl, AddressesAreTakenAsCurlTakesThem) {
  EXPECT_EQ(step_of("curl https://H.example.com").path, "/");
  EXPECT_EQ(step_of("curl 'http://h/a b/\xc3\xa9?q=x y#part'").path, "/a%20b/%C3%A9?q=x%20y");
  EXPECT_EQ(step_of("curl -G h/a -d x=1 -d y=2").path, "/a?x=1&y=2");
  EXPECT_EQ(step_of("curl --url-query 'x=a b' h/a?z=1").path, "/a?z=1&x=a%20b");
  EXPECT_EQ(import_text("curl", "curl HTTPS://H.example.com:8443/x").target, "https://h.example.com:8443");
}

TEST(Curl, SecretsBecomeVariables) {
  const Imported imported = import_text(
      "curl",
      "curl -u ann:pw -b sid=1 -H 'X-Api-Key: k1' -H 'X-Request-Id: 7' 'https://h/a?access_token=t&page=2'");
  EXPECT_THAT(imported.needed, UnorderedElementsAre("BASIC_AUTH", "COOKIE", "X_API_KEY", "ACCESS_TOKEN"));
  const profile::System system = loaded_system(imported);
  EXPECT_THAT(
      system.api->headers,
      UnorderedElementsAre(Pair("Authorization", "Basic from-outside"), Pair("Cookie", "from-outside"),
                           Pair("X-Api-Key", "from-outside"), Pair("X-Request-Id", "7")));
  EXPECT_EQ(system.api->tasks.at(0).steps.at(0).request.path, "/a?access_token=from-outside&page=2");
}

/// curl says "form" of every -d: what a body is shows in its text.
TEST(Curl, SecretsInBodiesOfAnyContentType) {
  const auto plain = step_of(R"(curl h/a -d '{"user": "bob", "password": "hunter2", "pin": 12}')");
  EXPECT_EQ(plain.body, R"({"user":"bob","password":"from-outside","pin":from-outside})");
  EXPECT_EQ(plain.content_type, "application/x-www-form-urlencoded");
  const auto text = step_of(R"(curl h/a -H 'Content-Type: text/plain' -d '[{"api_key": "hunter2"}]')");
  EXPECT_EQ(text.body, R"([{"api_key":"from-outside"}])");
  EXPECT_EQ(text.content_type, "text/plain");
  EXPECT_EQ(step_of("curl h/a -H 'Content-Type: text/plain' -d 'a=1&password=hunter2'").body,
            "a=1&password=from-outside");
  EXPECT_EQ(step_of("curl h/a -H 'Content-Type: text/plain' -d 'a = 1, key = 2'").body, "a = 1, key = 2");
  const Imported mixed = import_text("curl", R"(curl h/a -d "{\"n\": $N, \"password\": \"hunter2\"}")");
  EXPECT_THAT(mixed.system, HasSubstr(R"({\"n\":${N},\"password\":\"${PASSWORD}\"})"));
}

TEST(Curl, SecretsInAddressesElsewhere) {
  const Imported imported = import_text(
      "curl", "curl h/a -e 'https://h/cb?access_token=hunter2' -d 'callback=https://x/?token=hunter2'");
  EXPECT_THAT(imported.system, Not(HasSubstr("hunter2")));
  EXPECT_THAT(loaded_system(imported).api->headers, ElementsAre(Pair("Referer", "https://h/cb")));
  EXPECT_THAT(refusal("curl", "curl 'ftp://ann:hunter2@h/a?token=hunter2'"),
              HasSubstr("\"ftp://h/a\" is not"));
}

TEST(Curl, TheSameSecretIsOneVariableAndAnotherOneIsNot) {
  const Imported imported = import_text("curl",
                                        "curl -H 'X-Api-Key: k1' h/a\ncurl -H 'X-Api-Key: k1' h/b\n"
                                        "curl -H 'X-Api-Key: k2' h/c");
  EXPECT_THAT(imported.needed, ElementsAre("X_API_KEY", "X_API_KEY_2"));
}

TEST(Curl, VariablesOfTheShellComeFromTheEnvironment) {
  const Imported imported = import_text(
      "curl",
      "BASE=https://h/v1\n"
      "curl -H \"X-Api-Key: $API_KEY\" -H \"Authorization: Bearer ${TOKEN}\" $BASE/users/$USER_NAME\n"
      "curl \"$BASE/login\" --json \"{\\\"password\\\": \\\"$SECRET\\\"}\"\n"
      "curl $BASE/$KIND");
  EXPECT_EQ(imported.target, "https://h");
  EXPECT_THAT(imported.lost, IsEmpty());
  EXPECT_THAT(imported.needed, UnorderedElementsAre("API_KEY", "TOKEN", "USER_NAME", "SECRET", "KIND"));
  const profile::System system = loaded_system(imported);
  EXPECT_EQ(system.api->tasks.at(0).name, "get_v1_users_user_name");
  EXPECT_EQ(system.api->tasks.at(0).steps.at(0).request.path, "/v1/users/from-outside");
  EXPECT_THAT(imported.system, HasSubstr("Bearer ${TOKEN}"));
}

TEST(Curl, AnAddressInAVariableOfTheShell) {
  const Imported imported = import_text("curl", "curl $API_URL/calls -d secret=$SECRET");
  EXPECT_EQ(imported.target, "");
  EXPECT_THAT(imported.lost, ElementsAre("the address $API_URL: name the target with --target"));
  EXPECT_THAT(imported.needed, ElementsAre("SECRET"));
  EXPECT_EQ(only_step(imported).path, "/calls");
  EXPECT_EQ(
      refusal("curl", "curl ${HOST}x"),
      "given:1:6: \"$HOSTx\" is not an http address; write for example https://api.example.com/v1/calls");
}

TEST(Curl, VariablesOfTheShellInTheHost) {
  const auto open = [](const std::string& command) {
    const Imported imported = import_text("curl", command);
    EXPECT_EQ(imported.target, "") << command;
    EXPECT_THAT(imported.system, Not(HasSubstr("0shell0"))) << command;
    EXPECT_EQ(only_step(imported).path, "/calls") << command;
    return imported;
  };
  EXPECT_THAT(open("curl https://$HOST/calls").lost,
              ElementsAre("the address https://$HOST: name the target with --target"));
  EXPECT_THAT(open("curl \"http://$HOST:$PORT/calls\"").lost,
              ElementsAre("the address http://$HOST:$PORT: name the target with --target"));
  EXPECT_THAT(open("curl api.$DOMAIN/calls").lost,
              ElementsAre("the address api.$DOMAIN: name the target with --target"));
  const Imported with_user = open("curl https://ann:hunter2@$HOST/calls");
  EXPECT_THAT(with_user.system, Not(HasSubstr("hunter2")));
  EXPECT_THAT(with_user.needed, ElementsAre("BASIC_AUTH"));
  const Imported known = import_text("curl", "curl https://ann:$PW@h/calls");
  EXPECT_EQ(known.target, "https://h");
}

TEST(Curl, AFileToUploadIsPut) {
  const Imported imported = import_text("curl", "curl -T data/a.csv http://h/files/");
  EXPECT_EQ(only_step(imported).method, "PUT");
  EXPECT_EQ(only_step(imported).path, "/files/a.csv");
  EXPECT_THAT(imported.lost,
              ElementsAre("--upload-file data/a.csv: the file is not sent; put its text under body"));
  EXPECT_EQ(step_of("curl -T a.csv -X POST http://h/files").method, "POST");
}

/// $CREDS is "user:password", and the header wants base64.
TEST(Curl, NameAndPasswordInAVariable) {
  const Imported imported = import_text("curl", "curl -u \"$CREDS\" h/a");
  EXPECT_THAT(imported.needed, ElementsAre("BASIC_AUTH"));
  EXPECT_THAT(imported.system, HasSubstr("BASIC_AUTH: user:password in base64: printf"));
  EXPECT_THAT(import_text("curl", "curl -H \"Authorization: Basic $B64\" h/a").needed, ElementsAre("B64"));
}

TEST(Curl, HeadersThatAreGivenTwice) {
  const Imported imported =
      import_text("curl", "curl -b a=1 -b b=2 -H 'X-A: 1' -H 'x-a: 2' -H 'X-B: 1' -H 'X-B: 1' h/a");
  EXPECT_THAT(imported.lost, ElementsAre("GET /a has the header x-a more than once: the last one is sent"));
  EXPECT_THAT(imported.system, HasSubstr("Cookie: \"${COOKIE}; ${COOKIE_2}\""));
  EXPECT_THAT(loaded_system(imported).api->headers, Contains(Pair("X-A", "2")));
}

TEST(Curl, HeadersThatSayMoreThanTheAddress) {
  const auto headers = [](const std::string& command) {
    return loaded_system(import_text("curl", command)).api->headers;
  };
  EXPECT_THAT(headers("curl https://H.example.com/a -H 'Host: h.example.com'"), IsEmpty());
  EXPECT_THAT(headers("curl https://h/a -H 'Host: tenant.example.com' -H 'Cache-Control: no-cache'"),
              UnorderedElementsAre(Pair("Host", "tenant.example.com"), Pair("Cache-Control", "no-cache")));
  EXPECT_THAT(import_text("curl", "curl h/a -H \"$EXTRA\"").lost,
              ElementsAre("the header $EXTRA: put it under headers"));
}

TEST(Curl, FieldsOfAForm) {
  const Imported imported = import_text(
      "curl", "curl h/a -F 'meta={\"pin\":12};type=application/json' --form-string 'note=@home;type=x'");
  EXPECT_THAT(imported.lost,
              ElementsAre("the content type application/json of the field meta in POST /a: only files "
                          "have one here"));
  EXPECT_THAT(imported.system, HasSubstr("value: \"@home;type=x\""));
  EXPECT_THAT(imported.needed, ElementsAre("PIN"));
}

TEST(Curl, OnlySaysWhatItLeavesOut) {
  Request request;
  request.only = "/calls";
  const std::string text =
      "curl -k https://other/health -u $ADMIN -d @health.txt\ncurl https://h/calls/1 -H \"X-Key: $KEY\"\n"
      "curl https://h/users/$ID";
  const Imported imported = import_text("curl", text, request);
  EXPECT_THAT(imported.lost, ElementsAre("2 curl commands without \"/calls\" in the path (--only)"));
  EXPECT_THAT(imported.needed, ElementsAre("KEY"));
  EXPECT_EQ(imported.target, "https://h");
  EXPECT_TRUE(loaded_system(imported).connection.tls.verify);
  request.only = "/nothing";
  EXPECT_EQ(refusal("curl", text, request),
            "given:1:1: no curl command has \"/nothing\" in its path; name another text with --only, or "
            "leave it out");
}

/// curl does not say which of them is right.
TEST(Curl, AnySuccessIsGood) {
  EXPECT_THAT(import_text("curl", "curl -d x h/a").system, HasSubstr("check: {status: \"2xx\"}"));
}

TEST(Curl, CommandsBehindOtherWords) {
  const Imported imported = import_text(
      "curl",
      "#!/bin/bash\nTOKEN=$(curl -s https://h.example.com/login -d 'password=hunter2' | jq -r .token)\n"
      "for i in 1 2; do curl -H \"Authorization: Bearer $TOKEN\" https://h.example.com/items/$i; done\n"
      "if curl -f https://h.example.com/a; then echo ok; fi\ntime curl https://h.example.com/b\n"
      "sudo -E curl https://h.example.com/c\ndocker exec app curl https://h.example.com/d\n"
      "A=1 /usr/bin/curl https://h.example.com/e\nexport ID=$(curl https://h.example.com/f)\n"
      "(curl https://h.example.com/g )\n");
  EXPECT_THAT(requests(loaded_system(imported)),
              ElementsAre("POST /login", "GET /items/from-outside", "GET /a", "GET /b", "GET /c", "GET /d",
                          "GET /e", "GET /f", "GET /g"));
  EXPECT_THAT(imported.needed, UnorderedElementsAre("PASSWORD", "TOKEN", "i"));
}

TEST(Curl, CommandsThatOnlyNameIt) {
  const Imported imported = import_text(
      "curl",
      "apt-get install -y curl ./jq.deb\nif which curl; then true; fi\nA=$(command -v curl)\n"
      "echo \"$(curl -s 'https://ann:hunter2@h/a?token=hunter2')\"\nTOKEN=\"$(curl -s https://h/t)\"\n"
      "PASSWORD='a(hunter2' B=`date +%s` ./run\ncurl https://h/b");
  EXPECT_THAT(requests(loaded_system(imported)), ElementsAre("GET /b"));
  EXPECT_THAT(
      imported.lost,
      ElementsAre("the command apt-get", "the command which", "the command true", "the command that sets A",
                  "line 4: a curl command in quotes, https://h/a: put it on a line of its own",
                  "line 5: a curl command in quotes, https://h/t: put it on a line of its own",
                  "the command that sets B"));
}

TEST(Curl, WhatIsLostIsSaid) {
  const Imported imported = import_text(
      "curl",
      "curl -m 3 --cacert ca.pem -H @headers.txt -b jar.txt -d @body.json -o out http://h/a http://other/b");
  EXPECT_THAT(
      imported.lost,
      ElementsAre("--max-time: deadlines are api.timeout", "--cacert: name the authorities with tls.ca",
                  "the headers in the file headers.txt", "the cookies in the file jar.txt",
                  "--data @body.json: the file is not read; put its text under body",
                  "requests to http://other: a system has one target, http://h"));
  for (const std::string& lost : imported.lost)
    EXPECT_THAT(imported.system, HasSubstr("#   - " + lost + "\n"));
}

TEST(Curl, OptionsOfTheTerminalAreNoLoss) {
  const Imported imported =
      import_text("curl", "curl -sSfLkvi --compressed -o /dev/null -w '%{http_code}' http://h/a");
  EXPECT_THAT(imported.lost, IsEmpty());
  const profile::System system = loaded_system(imported);
  EXPECT_FALSE(system.connection.tls.verify);
  EXPECT_EQ(system.api->redirects, 10U);
  EXPECT_THAT(system.api->accept_encoding, ElementsAre("gzip", "deflate", "br"));
}

}  // namespace
}  // namespace soundcheck::importer
