// From a counter that only grows to its growth per second. A counter that went back was set to zero by a
// restart of what counts: then it has grown by what it shows now. And the counters of things that come and
// go. Pure; one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "protocols/core/time.hpp"

namespace soundcheck::monitor {

class CounterRate {
 public:
  /// Per second since the sample before; nothing for the first one.
  std::optional<double> add(core::TimePoint now, double count) {
    std::optional<double> rate;
    if (last_ && now > last_->at) {
      const double grown = count >= last_->count ? count - last_->count : count;
      rate = grown / core::to_seconds(now - last_->at);
    }
    last_ = Last{now, count};
    return rate;
  }
  /// What comes next is a first sample again.
  void forget() { last_.reset(); }

 private:
  struct Last {
    core::TimePoint at;
    double count = 0;
  };
  std::optional<Last> last_;
};

/// What is remembered of one of many things, moved from the sample before into this one, or new. Whoever is
/// not carried over is forgotten with the old map: the memory is that of one sample, whatever comes and goes.
template <class Counters>
Counters& carry_over(std::map<std::string, Counters>& before, std::map<std::string, Counters>& now,
                     const std::string& name) {
  auto known = before.extract(name);
  return known.empty() ? now[name] : now.insert(std::move(known)).position->second;
}

}  // namespace soundcheck::monitor
