// How many things happen a second, over the last ten seconds. Pure: the time is an argument.
#pragma once

#include <array>
#include <cstdint>

namespace soundcheck::reference_agent {

class RateMeter {
 public:
  void add(std::int64_t now_ms, std::int64_t count) { slot(now_ms / 1000).count += count; }

  double per_second(std::int64_t now_ms) const {
    const std::int64_t now = now_ms / 1000;
    std::int64_t sum = 0;
    for (const auto& s : slots_) {
      if (s.second > now - seconds && s.second <= now) sum += s.count;
    }
    return static_cast<double>(sum) / seconds;
  }

 private:
  static constexpr std::int64_t seconds = 10;
  struct Slot {
    std::int64_t second = -seconds;
    std::int64_t count = 0;
  };
  Slot& slot(std::int64_t second) {
    Slot& s = slots_[static_cast<std::size_t>(second % seconds)];
    if (s.second != second) s = {second, 0};
    return s;
  }

  std::array<Slot, seconds> slots_{};
};

}  // namespace soundcheck::reference_agent
