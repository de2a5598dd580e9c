#include "tools/reference_agent/apis/multipart_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace soundcheck::reference_agent {
namespace {

using Parts = std::vector<std::vector<std::string>>;  // name, file name, content

struct Outcome {
  Parts parts;
  bool complete = false;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

/// Feeds the body in pieces that end at these places.
Outcome read(std::string_view body, std::vector<std::size_t> cuts = {}) {
  Outcome outcome;
  MultipartReader reader("B", {[&](const MultipartReader::Part& p) {
                                 outcome.parts.push_back({p.name, p.filename, ""});
                               },
                               [&](std::string_view content) { outcome.parts.back()[2] += content; }});
  std::size_t at = 0;
  cuts.push_back(body.size());
  for (const auto cut : cuts) {
    reader.add(body.substr(at, cut - at));
    at = cut;
  }
  outcome.complete = reader.complete();
  outcome.error = reader.error();
  return outcome;
}

const Parts expected{{"campaign", "", "spring"}, {"file", "a;\"b.csv", "name,phone\r\n--A\r\n"}};

TEST(MultipartReader, ReadsParts) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--B\r\nContent-Disposition: form-data; "
      "name=\"y\"; filename=\"y.csv\"\r\n\r\n--\r\n-B\r\n--C\r\n--B--";
  const auto outcome = read(body);
  EXPECT_EQ(outcome.parts, (Parts{{"x", "", ""}, {"y", "y.csv", "--\r\n-B\r\n--C"}}));
  EXPECT_TRUE(outcome.complete);
}

TEST(MultipartReader, GivesTheSameWhereverTheBodyIsCut) {
  const std::string body =
      "a preamble\r\n--B\r\nContent-Disposition: form-data; name=\"campaign\"\r\n\r\nspring\r\n"
      "--B \r\ncontent-disposition: form-data; filename=\"a;\\\"b.csv\"; name=file\r\nContent-Type: "
      "text/csv\r\n\r\n"
      "name,phone\r\n--A\r\n\r\n--B--\r\nan epilogue";
  const auto whole = read(body);
  EXPECT_EQ(whole.parts, expected);
  EXPECT_TRUE(whole.complete);
  for (std::size_t cut = 0; cut <= body.size(); ++cut) EXPECT_EQ(read(body, {cut}), whole) << cut;
  std::vector<std::size_t> every_byte;
  for (std::size_t i = 0; i < body.size(); ++i) every_byte.push_back(i);
  EXPECT_EQ(read(body, every_byte), whole);
}

TEST(MultipartReader, AnyContentComesThrough) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string content;
    const char* const pieces[] = {"\r", "\n", "-", "--", "B", "\r\n", "\r\n--", "x", "--b"};
    for (std::size_t i = random() % 200; i > 0; --i) content += pieces[random() % std::size(pieces)];
    if (content.find("\r\n--B") != std::string::npos || content.starts_with("--B")) continue;
    const std::string body =
        "--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + content + "\r\n--B--\r\n";
    const auto outcome = read(body, {random() % body.size()});
    ASSERT_EQ(outcome.parts.size(), 1U);
    EXPECT_EQ(outcome.parts[0][2], content);
    EXPECT_TRUE(outcome.complete);
  }
}

TEST(MultipartReader, SaysWhatIsBroken) {
  EXPECT_EQ(read("--B\r\nX: y\r\n\r\n").error, "a part without a name");
  EXPECT_EQ(read("--B\r\nContent-Disposition: form-data\r\n\r\n").error, "a part without a name");
  EXPECT_EQ(read("--Bx\r\n").error, "characters after a boundary");
  EXPECT_EQ(read("--B\r\nX: " + std::string(10'000, 'x')).error, "the header of a part is too long");
  EXPECT_EQ(read("--B" + std::string(10'000, ' ')).error, "a boundary without an end");
  const auto cut_off = read("--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nsome");
  EXPECT_FALSE(cut_off.complete);
  EXPECT_EQ(cut_off.error, "");
}

TEST(MultipartBoundary, IsFoundInTheContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b;c\""), "a b;c");
  for (const char* type : {"", "application/json", "multipart/mixed; boundary=a", "multipart/form-data",
                           "multipart/form-data; boundary=", "multipart/form-data; boundary"})
    EXPECT_EQ(multipart_boundary(type), std::nullopt) << type;
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), std::nullopt);
}

}  // namespace
}  // namespace soundcheck::reference_agent
