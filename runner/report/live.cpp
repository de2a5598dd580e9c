#include "runner/report/live.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "runner/report/lookup.hpp"
#include "runner/report/text.hpp"

namespace soundcheck::report {

namespace {

constexpr std::size_t bar_cells = 24;

/// What is in progress, in the words of the subsystem.
std::string_view people(core::Subsystem s) {
  switch (s) {
    case core::Subsystem::api:
      return "users";
    case core::Subsystem::websocket:
      return "connections";
    case core::Subsystem::ai_pipeline:
      return "calls";
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

std::string subsystem_line(const LiveSubsystem& s) {
  std::string line = "  " + padded(std::string(title(s.subsystem)), 13) + padded(rate(s.rate), 10);
  line += padded(s.p95 ? "p95 " + human_time(*s.p95) : "p95 -", 15);
  line += padded(human_count(s.failed) + " failed", 14);
  line += padded(fmt::format("{} {}", s.in_progress, people(s.subsystem)), 16);
  if (s.rtf) line += "RTF " + human_number(*s.rtf);
  while (line.back() == ' ') line.pop_back();
  return line;
}

std::string cut(std::string line, std::size_t columns) {
  if (columns_of(line) <= columns) return line;
  if (columns == 0) return {};
  while (columns_of(line) >= columns) {
    while ((static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
    line.pop_back();
  }
  return line + "…";
}

}  // namespace

std::vector<std::string> live_lines(const LiveStatus& status, Width width) {
  const double share = status.total_seconds > 0 ? status.elapsed_seconds / status.total_seconds : 0;
  std::string head = fmt::format("{} {}/{} {}", bar(share, bar_cells), human_clock(status.elapsed_seconds),
                                 human_clock(status.total_seconds), status.phase);
  if (status.target_rss_bytes) {
    head += fmt::format(", target memory {}", human_bytes(static_cast<double>(*status.target_rss_bytes)));
  }
  std::vector<std::string> lines{cut(std::move(head), width.columns)};
  for (const LiveSubsystem& s : status.subsystems) lines.push_back(cut(subsystem_line(s), width.columns));
  return lines;
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
