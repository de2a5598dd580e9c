#include "protocols/core/variables.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/core/timeline.hpp"

namespace soundcheck::core {

namespace {

/// Names of variables whose values a report must not show.
bool tells_of_a_secret(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 7> words{"token",  "password", "secret",  "key",
                                                  "cookie", "session",  "authoriz"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

Slot VariableTable::slot(std::string_view name) {
  auto slot = find(name);
  if (!slot) {
    names_.emplace_back(name);
    slot = static_cast<Slot>(names_.size() - 1);
  }
  asked_.insert(*slot);
  return *slot;
}

std::vector<Slot> VariableTable::take_asked() {
  const std::set<Slot> asked = std::exchange(asked_, {});
  return {asked.begin(), asked.end()};
}

std::optional<Slot> VariableTable::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<Slot>(found - names_.begin());
}

void VariableTable::hide(std::string_view name) { hidden_.push_back(slot(name)); }

bool VariableTable::hidden(Slot slot) const {
  return tells_of_a_secret(names_[slot]) || std::find(hidden_.begin(), hidden_.end(), slot) != hidden_.end();
}

Variables::Variables(std::uint64_t seed, std::uint64_t user, const Timeline& timeline)
    : seed_(Random(seed, ~user).next()), user_(user), timeline_(&timeline) {}

void Variables::set(Slot slot, std::string value) {
  if (slot >= values_.size()) values_.resize(slot + std::size_t{1});
  values_[slot] = std::move(value);
}

void Variables::clear(Slot slot) {
  if (slot < values_.size()) values_[slot].clear();
}

Random Variables::random(std::uint32_t place) const { return Random(seed_, (draw_ << 20) + place); }

Variables Variables::apart(std::uint32_t place) const {
  Variables out = *this;
  out.seed_ = random(place).next();
  out.draw_ = 0;
  return out;
}

Duration Variables::since_1970() const {
  return timeline_ == nullptr ? Duration::zero() : timeline_->since_1970();
}

}  // namespace soundcheck::core
