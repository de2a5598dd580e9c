// Colours of a terminal, or none. Pure, any thread.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "runner/report/lookup.hpp"
#include "runner/verdict/objective_result.hpp"

namespace soundcheck::report {

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("1;31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }

  /// Of a level, one column wide.
  std::string mark(verdict::Level level) const {
    switch (level) {
      case verdict::Level::target:
        return green("✓");
      case verdict::Level::warning:
        return yellow("!");
      case verdict::Level::critical:
        return red("✗");
      case verdict::Level::no_data:
        return yellow("?");
    }
    return "";
  }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  bool on_;
};

/// The final word in the colour of what it means.
inline std::string paint_verdict(const Paint& paint, const RunResult& result) {
  const std::string_view word = final_word(result);
  if (result.verdict == Verdict::pass) return paint.green(word);
  return result.verdict == Verdict::warn && result.exit_code != 1 ? paint.yellow(word) : paint.red(word);
}

}  // namespace soundcheck::report
