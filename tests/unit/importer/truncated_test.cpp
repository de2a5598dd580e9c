// Any document may be cut off or damaged: an import gives one clear error with its place, or a file that
// loads. Never a crash, never a file that our own loader refuses.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "protocols/core/random.hpp"
#include "tests/unit/importer/imports.hpp"

namespace soundcheck::importer {
namespace {

struct Case {
  const char* format;
  const char* file;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.file; }
};

class Damaged : public testing::TestWithParam<Case> {
 protected:
  /// True if it was imported.
  static bool expect_clear(const std::string& text, const std::string& how) {
    const auto result = try_import(GetParam().format, text);
    if (const auto* why = std::get_if<profile::Diagnostic>(&result)) {
      EXPECT_GT(why->line, 0) << how;
      EXPECT_FALSE(why->message.empty()) << how;
      EXPECT_EQ(why->file, "given") << how;
      return false;
    }
    const auto& imported = std::get<Imported>(result);
    const auto loaded = imported.profile.empty() ? load_system(imported) : load_profile_of(imported);
    for (const profile::Diagnostic& d : loaded.diagnostics)
      ADD_FAILURE() << how << ": " << d.to_string() << "\n" << imported.profile << imported.system;
    return true;
  }
};

TEST_P(Damaged, CutOffAnywhere) {
  const std::string text = document(GetParam().file);
  const std::size_t step = std::max<std::size_t>(text.size() / 150, 1);
  for (std::size_t size = 0; size < text.size(); size += step)
    expect_clear(text.substr(0, size), fmt::format("the first {} bytes", size));
}

TEST_P(Damaged, OneByteReplaced) {
  const std::string text = document(GetParam().file);
  core::Random random(7);
  constexpr std::string_view bytes("\0\"'{}[],:\\\n\x80 $&;#|", 18);
  for (int i = 0; i < 150; ++i) {
    std::string damaged = text;
    const std::size_t at = random.below(text.size());
    damaged[at] = bytes[random.below(bytes.size())];
    expect_clear(damaged, fmt::format("byte {} is 0x{:02x}", at, static_cast<unsigned char>(damaged[at])));
  }
}

TEST_P(Damaged, PartsMissing) {
  const std::string text = document(GetParam().file);
  core::Random random(11);
  for (int i = 0; i < 100; ++i) {
    const std::size_t from = random.below(text.size());
    std::string damaged = text;
    damaged.erase(from, random.below(60));
    expect_clear(damaged, fmt::format("run {}, from byte {}", i, from));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Damaged,
                         testing::Values(Case{"curl", "browser_curls.txt"}, Case{"har", "chrome.har"},
                                         Case{"har", "firefox.har"},
                                         Case{"openapi", "telephony.openapi.yaml"},
                                         Case{"openapi", "petstore.swagger.json"},
                                         Case{"postman", "orders.postman.json"}, Case{"k6", "spike.k6.js"},
                                         Case{"k6", "scenarios.k6.js"}, Case{"locust", "locust.txt"}));

TEST(Refusal, SaysWhatAndWhere) {
  EXPECT_EQ(refusal("har", ""), "given:1:1: the document is empty");
  EXPECT_EQ(refusal("har", "{\"log\":\n {\"entries\": [}"),
            "given:2:15: this is not valid JSON: syntax error");
  EXPECT_EQ(
      refusal("har", "{\"log\": {}}"),
      "given:1:1: log.entries: this is no HAR recording: the key is missing; save the recording as HAR in "
      "the browser's network panel");
  EXPECT_EQ(refusal("har", "{} x"), "given:1:4: this is not valid JSON: text after the end of the document");
  EXPECT_EQ(refusal("har", "{\"log\":"), "given:1:8: this is not valid JSON: the document ends too early");
  EXPECT_EQ(
      refusal("har", "\xff\xfe{"),
      "given:1:1: the text is UTF-16; save it as UTF-8; in PowerShell: ... | Out-File -Encoding utf8 FILE");
  EXPECT_EQ(refusal("har", "{\n\"a\": \"\xe4\"}"),
            "given:2:7: this is not UTF-8 text; save the document as UTF-8");
  EXPECT_EQ(refusal("har", std::string("\x1f\x8b\x08", 3)),
            "given:1:1: the file is compressed; unpack it with gunzip");
  EXPECT_EQ(refusal("har", std::string(500, '[')),
            "given:1:201: the document is nested more than 200 levels deep");
  EXPECT_EQ(refusal("openapi", "openapi: 4.0.0\npaths: {}\n"),
            "given:1:1: openapi: version 4.0.0 is not known; known: 3.1, 3.0, 2.0");
  EXPECT_EQ(refusal("openapi", "a: b\n"),
            "given:1:1: openapi: this is no OpenAPI document: the key is missing; the first lines name the "
            "version, for example openapi: 3.0.3");
  EXPECT_EQ(refusal("openapi", "openapi: 3.0.0\n"),
            "given:1:1: paths: the document has no paths; nothing can be requested without them");
  EXPECT_EQ(
      refusal("curl", "wget https://example.com/"),
      "given:1:1: there is no curl command with an address here; a command begins with the word curl, for "
      "example: curl https://api.example.com/health");
  EXPECT_EQ(refusal("curl", "curl -H 'a: b\nhttps://example.com"),
            "given:1:9: this quote is not closed; the command line was cut off");
  EXPECT_EQ(refusal("curl", "curl \\\n --heder x"),
            "given:2:2: unknown option --heder; did you mean \"header\"?");
  EXPECT_EQ(refusal("curl", "curl -j https://example.com"),
            "given:1:6: unknown option -j; curl --help all lists them");
  EXPECT_EQ(refusal("curl", "curl -H"), "given:1:6: the option -H has no value");
  EXPECT_EQ(refusal("curl", "curl -v"),
            "given:1:1: this curl command names no address; add https://HOST/PATH");
  EXPECT_EQ(refusal("curl", "curl ftp://example.com/x"),
            "given:1:6: \"ftp://example.com/x\" is not an http address; write for example "
            "https://api.example.com/v1/calls");
}

}  // namespace
}  // namespace soundcheck::importer
