#include "protocols/http/content_decoder.hpp"

#include <brotli/encode.h>
#include <gtest/gtest.h>

#include "protocols/http/response.hpp"
#include "tests/unit/http/compressed.hpp"

namespace soundcheck::http {
namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 40;

std::string brotli(const std::string& text) {
  std::string out(::BrotliEncoderMaxCompressedSize(text.size()), '\0');
  std::size_t size = out.size();
  ::BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(),
                          reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                          reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string decoded(std::string_view encoding, const std::string& body, bool cut = false,
                    std::uint64_t limit = no_limit) {
  auto out = decode_content(encoding, body, cut, limit);
  if (auto* failure = std::get_if<core::Failure>(&out))
    return std::string(to_string(failure->stage)) + ": " + failure->text;
  return std::get<std::string>(out);
}

struct Coding {
  const char* name;
  std::string (*encode)(const std::string&);
};
const Coding codings[]{{"gzip", gzipped},
                       {"X-GZip", gzipped},
                       {"deflate", [](const std::string& text) { return compressed(text, 15); }},
                       {"deflate", [](const std::string& text) { return compressed(text, -15); }},
                       {"br", brotli},
                       {"identity", [](const std::string& text) { return text; }}};

TEST(DecodeContent, GivesBackWhatWasEncoded) {
  std::string text = "{\"status\": \"healthy\"}";
  for (int i = 0; i < 6; ++i) {
    for (const Coding& coding : codings)
      EXPECT_EQ(decoded(coding.name, coding.encode(text)), text) << coding.name;
    text += text + std::to_string(i) + text + text;
  }
}

TEST(DecodeContent, SeveralCodingsAreUndoneFromTheLast) {
  EXPECT_EQ(decoded("gzip, br", brotli(gzipped("text"))), "text");
  EXPECT_EQ(decoded("gzip", gzipped("one ") + gzipped("two")), "one two") << "members of one gzip file";
}

TEST(DecodeContent, CutShortIsBrokenUnlessItIsKnown) {
  for (const Coding& coding : codings) {
    if (std::string(coding.name) == "identity") continue;
    const std::string whole =
        coding.encode("a text that is long enough to be cut, a text that is long enough");
    for (std::size_t size = 1; size < whole.size(); ++size) {
      EXPECT_TRUE(decoded(coding.name, whole.substr(0, size)).starts_with("protocol: the body is not valid"))
          << coding.name << size;
      EXPECT_FALSE(decoded(coding.name, whole.substr(0, size), true).starts_with("protocol"))
          << coding.name << size;
    }
  }
}

TEST(DecodeContent, BombsAreTooLargeAndCostLittle) {
  const std::string zeros(30'000'000, '\0');
  for (const Coding& coding : codings) {
    if (std::string(coding.name) == "identity") continue;
    const std::string bomb = coding.encode(zeros);
    ASSERT_LT(bomb.size(), 100'000u);
    EXPECT_EQ(decoded(coding.name, bomb, false, 1'000'000),
              "too_large: the decompressed body is longer than 1000000 bytes");
    EXPECT_EQ(decoded(coding.name, bomb).size(), Response::longest_kept_body);
  }
}

TEST(DecodeContent, GarbageAndUnknownCodings) {
  EXPECT_EQ(decoded("gzip", "not at all"), "protocol: the body is not valid gzip");
  EXPECT_EQ(decoded("br", std::string(40, '\xff')), "protocol: the body is not valid br");
  EXPECT_EQ(decoded("zstd", "x"),
            "check: the body has the encoding 'zstd', which cannot be decoded (gzip, deflate and br can)");
}

}  // namespace
}  // namespace soundcheck::http
