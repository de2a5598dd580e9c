#include "protocols/http/response_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace soundcheck::http {
namespace {

using Progress = ResponseParser::Progress;

struct Response {
  const char* name;
  std::string bytes;
  bool head = false;
  bool needs_end = false;  ///< ends with the connection
  int status = 200;
  std::string body;
  bool keep_alive = true;
};

void PrintTo(const Response& response, std::ostream* out) { *out << response.name; }

class GoodResponses : public testing::TestWithParam<Response> {
 protected:
  void expect_good(const ResponseParser& parser) {
    const Response& wanted = GetParam();
    EXPECT_EQ(parser.status(), wanted.status);
    EXPECT_EQ(parser.response().body, wanted.body);
    EXPECT_EQ(parser.response().body_size, wanted.body.size());
    EXPECT_EQ(parser.keep_alive(), wanted.keep_alive);
    EXPECT_TRUE(parser.got_anything());
  }
  Progress finish(ResponseParser& parser, Progress progress) {
    if (!GetParam().needs_end) return progress;
    EXPECT_EQ(progress, Progress::need_more);
    return parser.end_of_stream();
  }
};

TEST_P(GoodResponses, InOnePiece) {
  ResponseParser parser;
  parser.start(GetParam().head, true);
  EXPECT_FALSE(parser.got_anything());
  EXPECT_EQ(finish(parser, parser.feed(GetParam().bytes)), Progress::done) << parser.problem();
  expect_good(parser);
}

TEST_P(GoodResponses, SplitAtEveryByte) {
  ResponseParser parser;  // the same one: it is used again for every response
  const std::string& bytes = GetParam().bytes;
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    parser.start(GetParam().head, true);
    ASSERT_EQ(parser.feed(std::string_view(bytes).substr(0, at)), Progress::need_more)
        << at << parser.problem();
    ASSERT_EQ(finish(parser, parser.feed(std::string_view(bytes).substr(at))), Progress::done)
        << at << parser.problem();
    expect_good(parser);
  }
}

TEST_P(GoodResponses, ByteByByte) {
  ResponseParser parser;
  parser.start(GetParam().head, true);
  Progress progress = Progress::need_more;
  for (const char& byte : GetParam().bytes) {
    ASSERT_EQ(progress, Progress::need_more);
    progress = parser.feed({&byte, 1});
  }
  EXPECT_EQ(finish(parser, progress), Progress::done);
  expect_good(parser);
}

TEST_P(GoodResponses, CutShortAtEveryByte) {
  const std::string& bytes = GetParam().bytes;
  const std::size_t head_end = bytes.rfind("\r\n\r\n") + 4;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (GetParam().needs_end && at >= head_end) break;  // then every end is a good end
    ResponseParser parser;
    parser.start(GetParam().head, true);
    ASSERT_EQ(parser.feed(std::string_view(bytes).substr(0, at)), Progress::need_more);
    ASSERT_EQ(parser.end_of_stream(), Progress::broken) << at;
    ASSERT_EQ(parser.problem(), "the connection closed before the end of the response");
    ASSERT_EQ(parser.got_anything(), at > 0);
  }
}

TEST_P(GoodResponses, WithoutKeepingTheBody) {
  ResponseParser parser;
  parser.start(GetParam().head, false);
  EXPECT_EQ(finish(parser, parser.feed(GetParam().bytes)), Progress::done);
  EXPECT_EQ(parser.response().body, "");
  EXPECT_EQ(parser.response().body_size, GetParam().body.size());
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodResponses,
    testing::Values(
        Response{"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, false, 200, "hello",
                 true},
        Response{"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, false, 200, "", true},
        Response{"no_reason", "HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n", false, false, 503, "", true},
        Response{"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false, false,
                 200, "ok", false},
        Response{"old", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false, false, 200, "ok", false},
        Response{
            "chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n",
            false, false, 200, "hello world", true},
        Response{"trailer",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
                 false, false, 200, "ok", true},
        Response{"until_close", "HTTP/1.1 200 OK\r\n\r\nall of it", false, true, 200, "all of it", false},
        Response{"head", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", true, false, 200, "", true},
        Response{"no_content", "HTTP/1.1 204 No Content\r\n\r\n", false, false, 204, "", true},
        Response{"not_modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, false, 304,
                 "", true},
        Response{"continue",
                 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 "
                 "Created\r\nContent-Length: 2\r\n\r\nok",
                 false, false, 201, "ok", true}),
    [](const auto& one) { return one.param.name; });

std::string problem_of(const std::string& bytes) {
  ResponseParser parser;
  parser.start(false, true);
  const Progress progress = parser.feed(bytes);
  EXPECT_EQ(progress, Progress::broken) << bytes;
  return progress == Progress::broken ? parser.problem() : "";
}

TEST(BrokenResponses, AreNoticed) {
  for (const char* bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_NE(problem_of(bytes), "");
}

TEST(BrokenResponses, BytesBehindTheEnd) {
  EXPECT_EQ(problem_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore"),
            "bytes after the end of the response");
}

/// Feeds the same piece until the parser says that it is enough; the size at which it did.
std::size_t fed_before_broken(std::string_view begin, std::string_view piece) {
  ResponseParser parser;
  parser.start(false, true);
  EXPECT_EQ(parser.feed(begin), Progress::need_more);
  std::size_t size = begin.size();
  while (size < 10'000'000) {
    size += piece.size();
    if (parser.feed(piece) == Progress::broken) break;
  }
  return size;
}

TEST(BrokenResponses, EndlessHeadersAreRefused) {
  const std::string piece(1'000, 'x');
  EXPECT_LE(fed_before_broken("HTTP/1.1 200 OK\r\nA: ", piece), longest_header + 2'000);
  EXPECT_LE(fed_before_broken("HTTP/1.1 200 OK\r\n", "A: b\r\nC: d\r\n"), longest_header + 2'000);
  EXPECT_LE(fed_before_broken("HTTP/1.1 200 O", piece), longest_header + 2'000);
}

TEST(BrokenResponses, EndlessChunkHeadersAndTrailersAreRefused) {
  const std::string piece(1'000, 'x');
  const std::string begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_LE(fed_before_broken(begin + "5;", piece), longest_header + 2'000);
  EXPECT_LE(fed_before_broken(begin + "0\r\nA: ", piece), longest_header + 2'000);
}

TEST(ResponseParser, ALongBodyIsCountedAndCut) {
  ResponseParser parser;
  parser.start(false, true);
  const std::size_t size = http::Response::longest_kept_body + 1'000'000;
  EXPECT_EQ(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n"),
            Progress::need_more);
  const std::string piece(100'000, 'x');
  for (std::size_t left = size; left > 0;) {
    const std::size_t n = std::min(left, piece.size());
    left -= n;
    EXPECT_EQ(parser.feed(std::string_view(piece).substr(0, n)),
              left == 0 ? Progress::done : Progress::need_more);
  }
  EXPECT_EQ(parser.response().body_size, size);
  EXPECT_EQ(parser.response().body.size(), http::Response::longest_kept_body);
}

}  // namespace
}  // namespace soundcheck::http
