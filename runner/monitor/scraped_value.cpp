#include "runner/monitor/scraped_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "runner/profile/nearest.hpp"

namespace soundcheck::monitor {

namespace {

std::string key_of(const ExposedSample& sample) {
  std::string key;
  for (const auto& [name, value] : sample.labels) key += fmt::format("{}={}\n", name, value);
  return key;
}

double parse_bound(const std::string& text) {
  if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
  double bound = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(text.data(), text.data() + text.size(), bound);
  return bound;
}

double combine(const std::vector<double>& values, const std::string& how) {
  if (how == "max") return *std::max_element(values.begin(), values.end());
  if (how == "min") return *std::min_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  return how == "mean" ? sum / static_cast<double>(values.size()) : sum;
}

}  // namespace

ScrapedValue::ScrapedValue(profile::ScrapedSeries settings)
    : settings_(std::move(settings)), wanted_(settings_.metric + (settings_.quantile ? "_bucket" : "")) {}

std::variant<std::optional<double>, std::string> ScrapedValue::add(core::TimePoint now,
                                                                   const std::vector<ExposedSample>& scrape) {
  std::vector<const ExposedSample*> found;
  for (const ExposedSample& sample : scrape) {
    if (matches(sample)) found.push_back(&sample);
  }
  if (found.empty()) return none_found(scrape);
  return settings_.quantile ? quantile(found) : combined(now, found);
}

bool ScrapedValue::matches(const ExposedSample& sample) const {
  if (sample.name != wanted_) return false;
  return std::all_of(settings_.labels.begin(), settings_.labels.end(), [&](const auto& wanted) {
    const std::string* value = sample.label(wanted.first);
    return value != nullptr && *value == wanted.second;
  });
}

ScrapedValue::Value ScrapedValue::combined(core::TimePoint now,
                                           const std::vector<const ExposedSample*>& found) {
  for (const ExposedSample* sample : found) {
    if (!std::isfinite(sample->value))
      return fmt::format("{} is {} in the scrape: the exporter has no number for it", wanted_, sample->value);
  }
  std::vector<double> values;
  std::map<std::string, CounterRate> rates;
  for (const ExposedSample* sample : found) {
    if (!settings_.rate) {
      values.push_back(sample->value);
    } else if (const auto rate = carry_over(rates_, rates, key_of(*sample)).add(now, sample->value)) {
      values.push_back(*rate);
    }
  }
  rates_ = std::move(rates);
  if (values.empty()) return std::nullopt;
  return combine(values, settings_.combine);
}

ScrapedValue::Value ScrapedValue::quantile(const std::vector<const ExposedSample*>& found) {
  std::map<double, double> counts;
  for (const ExposedSample* sample : found) {
    const std::string* bound = sample->label("le");
    const double upper = bound == nullptr ? std::nan("") : parse_bound(*bound);
    if (std::isnan(upper) || !std::isfinite(sample->value))
      return fmt::format("a bucket of {} has no bound or no number: is it a histogram?", settings_.metric);
    counts[upper] += sample->value;
  }
  std::map<double, double> since = counts;
  bool restarted = buckets_.empty();
  for (auto& [bound, count] : since) {
    const auto before = buckets_.find(bound);
    if (before == buckets_.end()) continue;
    count -= before->second;
    restarted = restarted || count < 0;
  }
  buckets_ = std::move(counts);
  if (restarted) return std::nullopt;  // nothing to compare with
  return bucket_quantile(since, *settings_.quantile);
}

std::string ScrapedValue::none_found(const std::vector<ExposedSample>& scrape) const {
  std::set<std::string> names;
  for (const ExposedSample& sample : scrape) names.insert(sample.name);
  if (names.contains(wanted_))
    return fmt::format("no sample of {} has the labels that {} asks for", wanted_, settings_.name);
  const std::string hint = profile::nearest_hint(wanted_, {names.begin(), names.end()});
  return fmt::format("the scrape has no metric {}{}{}", wanted_, hint.empty() ? "" : "; ", hint);
}

std::optional<double> bucket_quantile(const std::map<double, double>& counts, double quantile) {
  if (counts.size() < 2) return std::nullopt;
  const double all = counts.rbegin()->second;
  if (!(all > 0)) return std::nullopt;
  const double rank = quantile * all;
  double lower = 0;
  double below = 0;
  for (const auto& [upper, count] : counts) {
    if (count >= rank) {
      if (!std::isfinite(upper)) return lower;  // beyond the last bound
      if (below == 0 && upper <= 0) return upper;
      return count > below ? lower + (upper - lower) * (rank - below) / (count - below) : upper;
    }
    lower = upper;
    below = count;
  }
  return lower;
}

}  // namespace soundcheck::monitor
