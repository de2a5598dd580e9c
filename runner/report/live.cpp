#include "runner/report/live.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

/// How much a line says; each step down is shorter.
struct Detail {
  std::size_t bar = 0;  ///< cells, 0 = none
  bool phase = false;
  bool words = false;  ///< "3 failed, 10 active" instead of "3!"
  bool tight = false;  ///< no space between number and unit
};
constexpr Detail details[]{{20, true, true, false},
                           {10, true, false, false},
                           {6, false, false, false},
                           {6, false, false, true},
                           {0, false, false, true}};

std::string_view short_name(core::Subsystem s) {
  switch (s) {
    case core::Subsystem::api:
      return "api";
    case core::Subsystem::websocket:
      return "ws";
    case core::Subsystem::ai_pipeline:
      return "ai";
  }
  return "";
}

std::string bar(double share, std::size_t cells) {
  const auto full =
      static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells)));
  std::string text;
  for (std::size_t i = 0; i < cells; ++i) text += i < full ? "█" : "░";
  return text;
}

/// Two digits are enough for a rate that changes every second.
std::string rate(double per_second) {
  return per_second < 9.95 ? fmt::format("{:.2g}/s", per_second) : fmt::format("{:.0f}/s", per_second);
}

std::string without_spaces(std::string text, const Detail& detail) {
  if (detail.tight) std::erase(text, ' ');
  return text;
}

std::string subsystem_part(const LiveSubsystem& s, const Detail& detail) {
  std::string text = fmt::format("{} {}", short_name(s.subsystem), rate(s.rate));
  if (s.p95)
    text += fmt::format(" {}{}", detail.words ? "p95 " : "", without_spaces(human_time(*s.p95), detail));
  if (s.rtf) text += fmt::format(" rtf {}", human_number(*s.rtf));
  if (detail.words) {
    text += fmt::format(", {} failed, {} active", human_count(s.failed), s.in_progress);
  } else if (s.failed > 0) {
    text += fmt::format(" {}!", s.failed);
  }
  return text;
}

std::string line_with(const LiveStatus& status, const Detail& detail) {
  const double share = status.total_seconds > 0 ? status.elapsed_seconds / status.total_seconds : 0;
  const std::string_view separator = detail.tight ? "  " : " | ";
  std::string line;
  if (detail.bar > 0) line = bar(share, detail.bar) + " ";
  line += fmt::format("{}/{}", human_clock(status.elapsed_seconds), human_clock(status.total_seconds));
  if (detail.phase) line += " " + status.phase;
  for (const LiveSubsystem& s : status.subsystems) line.append(separator) += subsystem_part(s, detail);
  if (status.target_rss_bytes) {
    line.append(separator) += detail.words ? "target " : "";
    line += without_spaces(human_bytes(static_cast<double>(*status.target_rss_bytes)), detail);
  }
  return line;
}

std::string cut(std::string line, std::size_t columns) {
  if (columns == 0) return {};
  while (columns_of(line) >= columns) {
    while ((static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
    line.pop_back();
  }
  return line + "…";
}

}  // namespace

std::string live_line(const LiveStatus& status, Width width) {
  std::string line;
  for (const Detail& detail : details) {
    line = line_with(status, detail);
    if (columns_of(line) <= width.columns) return line;
  }
  return cut(std::move(line), width.columns);
}

std::string plain_line(const LiveStatus& status) {
  std::string line = fmt::format("{}: {} of {}", status.phase, human_clock(status.elapsed_seconds),
                                 human_clock(status.total_seconds));
  for (const LiveSubsystem& s : status.subsystems) {
    line += fmt::format("; {}: {}", core::to_string(s.subsystem), rate(s.rate));
    if (s.p95) line += fmt::format(", p95 {}", human_time(*s.p95));
    if (s.rtf) line += fmt::format(", real-time factor {}", human_number(*s.rtf));
    line += fmt::format(", {} failed, {} in progress", human_count(s.failed), s.in_progress);
  }
  if (status.target_rss_bytes) {
    line += fmt::format("; target memory {}", human_bytes(static_cast<double>(*status.target_rss_bytes)));
  }
  return line;
}

}  // namespace soundcheck::report
