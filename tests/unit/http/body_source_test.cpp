#include "protocols/http/body_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "protocols/core/data_table.hpp"
#include "protocols/core/random_values.hpp"
#include "protocols/http/multipart.hpp"

namespace soundcheck::http {
namespace {

/// All of it, taken in bites of at most `bite` bytes.
std::string taken(BodySource& body, std::size_t bite = BodySource::longest_piece) {
  std::string out;
  for (std::string_view piece = body.ahead(); !piece.empty(); piece = body.ahead()) {
    EXPECT_LE(piece.size(), BodySource::longest_piece);
    EXPECT_EQ(body.ahead(), piece) << "it stays the same until it has been sent";
    const std::size_t n = std::min(bite, piece.size());
    out += piece.substr(0, n);
    body.skip(n);
  }
  return out;
}

std::shared_ptr<const core::MappedFile> file_with(std::string_view text) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "soundcheck_part.bin";
  std::ofstream(path, std::ios::binary) << text;
  auto opened = core::MappedFile::open(path);
  std::filesystem::remove(path);  // a mapping outlives the name
  return std::get<0>(opened);
}

GeneratedRows contacts(std::uint64_t rows, std::uint64_t seed = 1) {
  return {"name,phone\n", rows, [seed](std::string& out, std::uint64_t row) {
            core::Random random(seed, row);
            core::append_name(out, random);
            out += " " + std::to_string(row) + ",";
            core::append_phone(out, random);
            out += '\n';
          }};
}

TEST(MultipartBody, LooksAsTheStandardHasIt) {
  MultipartBody body("XYZ");
  body.add_field("campaign", "spring");
  body.add_file({"fi\"le", "a\r\nb.csv", "text/csv"}, file_with("name\nAda\n"));
  body.add_field("note", "");
  body.finish();
  const std::string expected =
      "--XYZ\r\nContent-Disposition: form-data; name=\"campaign\"\r\n\r\nspring\r\n"
      "--XYZ\r\nContent-Disposition: form-data; name=\"fi%22le\"; filename=\"a%0D%0Ab.csv\"\r\n"
      "Content-Type: text/csv\r\n\r\nname\nAda\n\r\n"
      "--XYZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n\r\n--XYZ--\r\n";
  EXPECT_EQ(body.size(), expected.size());
  EXPECT_EQ(taken(body), expected);
  EXPECT_EQ(body.ahead(), "");
}

TEST(MultipartBody, IsTheSameInBitesAndAgain) {
  std::string content(200'000, '\0');
  core::Random random(3);
  for (char& c : content) c = static_cast<char>(random.next());
  MultipartBody body("B");
  body.add_file({"a", "a.bin", "application/octet-stream"}, file_with(content));
  body.add_rows({"b", "b.csv", "text/csv"}, contacts(5000));
  body.add_file({"c", "empty", "text/plain"}, file_with(""));
  body.finish();
  const std::string whole = taken(body);
  EXPECT_EQ(whole.size(), body.size());
  EXPECT_NE(whole.find(content), whole.npos);
  for (const std::size_t bite : {std::size_t{1}, std::size_t{4097}, std::size_t{60'000}}) {
    body.rewind();
    EXPECT_EQ(taken(body, bite), whole) << bite;
  }
  body.rewind();
  body.skip(body.ahead().size());
  body.rewind();
  EXPECT_EQ(taken(body), whole) << "also from the middle";
}

TEST(MultipartBody, MakesAsManyRowsAsAsked) {
  for (const std::uint64_t rows : {0, 1, 1000, 20'000}) {
    MultipartBody body("B");
    body.add_rows({"file", "contacts.csv", "text/csv"}, contacts(rows));
    body.finish();
    const std::string whole = taken(body);
    ASSERT_EQ(whole.size(), body.size());
    const std::size_t begin = whole.find("\r\n\r\n") + 4;
    const auto table = core::DataTable::from_csv(whole.substr(begin, whole.rfind("\r\n--B--") - begin));
    if (rows == 0) {
      EXPECT_EQ(std::get<core::DataMistakes>(table).front().text, "there is no row below the header line");
    } else {
      EXPECT_EQ(std::get<0>(table)->rows(), rows);
    }
  }
}

TEST(ChunkedBody, FramesEachPiece) {
  MultipartBody body("B");
  body.add_file({"a", "a.txt", "text/plain"}, file_with(std::string(100'000, 'a')));
  body.finish();
  const std::string plain = taken(body);
  body.rewind();
  ChunkedBody chunked(body);
  EXPECT_EQ(chunked.size(), std::nullopt);
  const std::string framed = taken(chunked);
  std::string_view rest = framed;
  std::string joined;
  for (;;) {
    const std::size_t length = std::stoul(std::string(rest.substr(0, rest.find("\r\n"))), nullptr, 16);
    rest.remove_prefix(rest.find("\r\n") + 2);
    joined += rest.substr(0, length);
    ASSERT_EQ(rest.substr(length, 2), "\r\n");
    rest.remove_prefix(length + 2);
    if (length == 0) break;
  }
  EXPECT_EQ(rest, "");
  EXPECT_EQ(joined, plain);
  chunked.rewind();
  EXPECT_EQ(taken(chunked, 7), framed);
}

TEST(ChunkedBody, OfNothingIsTheLastChunk) {
  class Nothing final : public BodySource {
    std::optional<std::uint64_t> size() const override { return std::nullopt; }
    std::string_view ahead() override { return {}; }
    void skip(std::size_t) override {}
    void rewind() override {}
  } nothing;
  ChunkedBody chunked(nothing);
  EXPECT_EQ(taken(chunked), "0\r\n\r\n");
}

TEST(Multipart, BoundariesAndTypes) {
  core::Random random(1);
  const std::string boundary = make_boundary(random);
  EXPECT_EQ(boundary.size(), 43U);
  EXPECT_NE(make_boundary(random), boundary);
  EXPECT_EQ(content_type_of("contacts.CSV"), "text/csv");
  EXPECT_EQ(content_type_of("call.wav"), "audio/wav");
  EXPECT_EQ(content_type_of("archive.tar.gz"), "application/gzip");
  EXPECT_EQ(content_type_of("README"), "application/octet-stream");
}

}  // namespace
}  // namespace soundcheck::http
