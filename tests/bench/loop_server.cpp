// Answers every HTTP request with the same 100 bytes, and counts. When stopped it prints how many requests
// came and when the first ones did, so that a generator's own count need not be believed.
#include <fmt/format.h>

#include "tests/bench/epoll_server.hpp"

namespace {

using soundcheck::bench::now_ns;

struct Counts {
  unsigned long requests = 0;
  std::int64_t first_request_at = 0;  ///< 0 if none came
  std::int64_t first_health_at = 0;
};

class HttpPeer final : public soundcheck::bench::Peer {
 public:
  explicit HttpPeer(Counts& counts) : counts_(counts) {}

  bool on_bytes(std::string_view bytes, std::string& out) override {
    if (request_.empty() && bytes.ends_with(end_) && bytes.find(end_) == bytes.size() - end_.size()) {
      answer(bytes, out);  // the usual case: exactly one request, nothing to keep
      return true;
    }
    request_ += bytes;
    for (std::size_t end = 0; (end = request_.find(end_)) != std::string::npos;) {
      answer(request_, out);
      request_.erase(0, end + end_.size());
    }
    return true;
  }

 private:
  void answer(std::string_view request, std::string& out) {
    static const std::string response =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
    out += response;
    if (request.starts_with("GET /health ")) {
      if (counts_.first_health_at == 0) counts_.first_health_at = now_ns();
      return;
    }
    if (counts_.requests++ == 0) counts_.first_request_at = now_ns();
  }

  static constexpr std::string_view end_ = "\r\n\r\n";
  Counts& counts_;
  std::string request_;
};

}  // namespace

int main() {
  Counts counts;
  soundcheck::bench::serve(1, [&counts](unsigned) { return std::make_unique<HttpPeer>(counts); });
  fmt::print(R"({{"requests": {}, "first_request_at": {:.6f}, "first_health_at": {:.6f}}})"
             "\n",
             counts.requests, static_cast<double>(counts.first_request_at) * 1e-9,
             static_cast<double>(counts.first_health_at) * 1e-9);
}
