// An HTTP target whose latencies are known, so that one can see whether a generator reports them truly.
//   two_point   every 20th request is answered after exactly 50 ms, the others after exactly 5 ms
//   stalling    an answer takes 1 ms, but from the 4th to the 6th second of every 10 the target stands still
// Seconds are counted from the first request (that for /health is answered at once and does not count).
// When stopped it prints the percentiles of what it made its clients wait.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "tests/bench/epoll_server.hpp"

namespace {

using soundcheck::bench::now_ns;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t cycle = 10'000 * ms;
constexpr std::int64_t stall_begin = 4'000 * ms;
constexpr std::int64_t stall_end = 6'000 * ms;

class Latencies {
 public:
  explicit Latencies(bool stalling) : stalling_(stalling) {}

  /// When the request that came now is to be answered.
  std::int64_t next_answer() {
    const std::int64_t now = now_ns();
    if (waits_.empty()) first_ = now;
    const std::int64_t wait = stalling_ ? stalled(now) : two_point();
    waits_.push_back(wait);
    return now + wait;
  }

  void print() {
    std::sort(waits_.begin(), waits_.end());
    const auto at = [&](double share) {
      const auto i = static_cast<std::size_t>(share * static_cast<double>(waits_.size()));
      return waits_.empty() ? 0.0 : static_cast<double>(waits_[std::min(i, waits_.size() - 1)]) / ms;
    };
    fmt::print(
        R"({{"requests": {}, "truth_ms": {{"p50": {:.3f}, "p90": {:.3f}, "p99": {:.3f}, "p99.9": {:.3f}}}}})"
        "\n",
        waits_.size(), at(0.5), at(0.9), at(0.99), at(0.999));
  }

 private:
  std::int64_t two_point() const { return (waits_.size() % 20 == 19 ? 50 : 5) * ms; }

  std::int64_t stalled(std::int64_t now) const {
    const std::int64_t phase = (now - first_) % cycle;
    return ms + (phase >= stall_begin && phase < stall_end ? stall_end - phase : 0);
  }

  bool stalling_;
  std::int64_t first_ = 0;
  std::vector<std::int64_t> waits_;
};

class LatencyPeer final : public soundcheck::bench::Peer {
 public:
  explicit LatencyPeer(Latencies& latencies) : latencies_(latencies) {}

  bool on_bytes(std::string_view bytes, std::string& out) override {
    request_ += bytes;
    if (!request_.ends_with("\r\n\r\n")) return true;
    send_at = request_.starts_with("GET /health ") ? 0 : latencies_.next_answer();
    out += "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    request_.clear();
    return true;
  }

 private:
  Latencies& latencies_;
  std::string request_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  if (kind != "two_point" && kind != "stalling") {
    std::fputs("usage: latency_server two_point|stalling\n", stderr);
    return 2;
  }
  Latencies latencies(kind == "stalling");
  soundcheck::bench::serve(
      1, [&](unsigned) { return std::make_unique<LatencyPeer>(latencies); },
      soundcheck::bench::Waiting::spinning);
  latencies.print();
}
