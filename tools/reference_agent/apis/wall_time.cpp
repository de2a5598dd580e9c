#include "tools/reference_agent/apis/wall_time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace soundcheck::reference_agent {
namespace {

/// Takes digits, and nothing else, from the front.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}

  /// A number of exactly so many digits.
  int take(std::size_t digits, int min, int max) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') return fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value < min || value > max ? fail() : value;
  }
  bool take_if(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take_if(c)) fail();
  }
  /// A fraction of any length, as thousandths.
  int thousandths() {
    int value = 0;
    int weight = 100;
    if (text_.empty() || text_.front() < '0' || text_.front() > '9') return fail();
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      value += (text_.front() - '0') * weight;
      weight /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }
  bool good() const { return good_ && text_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view text_;
  bool good_ = true;
};

}  // namespace

std::string iso_time(std::int64_t ms) {
  const auto seconds = ms / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds)),
                     ms % 1000);
}

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  using namespace std::chrono;
  Digits in(text);
  const int y = in.take(4, 1970, 9999);
  in.expect('-');
  const int m = in.take(2, 1, 12);
  in.expect('-');
  const int d = in.take(2, 1, 31);
  in.expect('T');
  milliseconds time = hours(in.take(2, 0, 23));
  in.expect(':');
  time += minutes(in.take(2, 0, 59));
  in.expect(':');
  time += seconds(in.take(2, 0, 60));
  if (in.take_if('.')) time += milliseconds(in.thousandths());
  if (!in.take_if('Z')) {
    const int sign = in.take_if('-') ? 1 : -1;
    if (sign < 0) in.expect('+');
    time += sign * hours(in.take(2, 0, 23));
    in.expect(':');
    time += sign * minutes(in.take(2, 0, 59));
  }
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!in.good() || !date.ok()) return std::nullopt;
  return (sys_days(date).time_since_epoch() + time) / milliseconds(1);
}

}  // namespace soundcheck::reference_agent
