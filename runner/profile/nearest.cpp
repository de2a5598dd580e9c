#include "runner/profile/nearest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace soundcheck::profile {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the classic table: swaps of neighbours look two rows back.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest_hint(std::string_view written, const std::vector<std::string>& known,
                         std::string_view many) {
  if (known.empty()) return {};
  const std::string written_lower = lower(written);
  // Very long input is no typing mistake, and not worth the table.
  if (written.size() <= 64) {
    const std::string* best = nullptr;
    std::size_t best_distance = 0;
    for (const std::string& name : known) {
      const std::size_t distance = edit_distance(written_lower, lower(name));
      if (best == nullptr || distance < best_distance) {
        best = &name;
        best_distance = distance;
      }
    }
    const std::size_t limit = std::max<std::size_t>(2, best->size() / 3);
    if (best_distance <= limit && best_distance < best->size())
      return fmt::format("did you mean \"{}\"?", *best);
  }
  if (known.size() > 20) return std::string(many);
  return fmt::format("known: {}", fmt::join(known, ", "));
}

}  // namespace soundcheck::profile
