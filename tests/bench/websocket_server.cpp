// A WebSocket target that sends every message back. Counts upgrades, connections that are open at the same
// time and echoes, and how evenly messages come that should come every 20 ms. The argument is the number of
// threads: one holds as many connections as a process may have descriptors.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <vector>

#include "tests/bench/pace_watch.hpp"
#include "tests/bench/websocket_peer.hpp"

namespace {

using namespace soundcheck::bench;

std::atomic<long> open_now{0};
std::atomic<long> open_most{0};

struct Counts {
  unsigned long upgrades = 0;
  unsigned long echoes = 0;
  std::int64_t first_upgrade_at = 0;
  std::int64_t last_upgrade_at = 0;
  PaceTotals pace;
};

class EchoPeer final : public WebSocketPeer {
 public:
  explicit EchoPeer(Counts& counts) : counts_(counts) {}
  ~EchoPeer() override {
    if (opened_) --open_now;
  }

 private:
  void on_open() override {
    opened_ = true;
    counts_.last_upgrade_at = now_ns();
    if (counts_.upgrades++ == 0) counts_.first_upgrade_at = counts_.last_upgrade_at;
    const long now = ++open_now;
    long most = open_most;
    while (now > most && !open_most.compare_exchange_weak(most, now)) {
    }
  }

  void on_message(Opcode opcode, std::string_view payload, std::string& out) override {
    ++counts_.echoes;
    watch_.frame_came(now_ns(), counts_.pace);
    append_frame(out, opcode, payload);
  }

  Counts& counts_;
  PaceWatch watch_;
  bool opened_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const auto threads = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1U;
  std::vector<Counts> counts(threads);
  serve(threads, [&](unsigned thread) { return std::make_unique<EchoPeer>(counts[thread]); });
  Counts total;
  for (const Counts& one : counts) {
    if (one.upgrades == 0) continue;
    if (total.upgrades == 0) total.first_upgrade_at = one.first_upgrade_at;
    total.upgrades += one.upgrades;
    total.echoes += one.echoes;
    total.first_upgrade_at = std::min(total.first_upgrade_at, one.first_upgrade_at);
    total.last_upgrade_at = std::max(total.last_upgrade_at, one.last_upgrade_at);
    total.pace.add(one.pace);
  }
  fmt::print(R"({{"upgrades": {}, "upgrade_seconds": {:.6f}, "open_most": {}, "echoes": {}, "frames": {}, )"
             R"("frames_expected": {:.0f}, "gap_error_p99_ms": {:.2f}}})"
             "\n",
             total.upgrades, static_cast<double>(total.last_upgrade_at - total.first_upgrade_at) * 1e-9,
             open_most.load(), total.echoes, total.pace.delivered, total.pace.expected,
             total.pace.gap_error_ms(0.99));
}
