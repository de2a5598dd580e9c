// The variables of a user. Names become slots when the plan is made, so that nothing is looked up by name
// while a load runs. A VariableTable belongs to who makes the plan; Variables belong to one user, and its
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/random.hpp"
#include "protocols/core/time.hpp"

namespace soundcheck::core {

class Timeline;

/// A variable's place among those of its user.
using Slot = std::uint16_t;

class VariableTable {
 public:
  /// The slot of this name, a new one if it has none.
  Slot slot(std::string_view name);
  std::optional<Slot> find(std::string_view name) const;
  const std::string& name(Slot slot) const { return names_[slot]; }
  std::size_t size() const { return names_.size(); }

  /// Slots that were asked for since this was called last, in their order.
  std::vector<Slot> take_asked();

  /// Marks a variable whose values must not be shown.
  void hide(std::string_view name);
  /// Marked, or of a name that tells of a secret ("token", "password").
  bool hidden(Slot slot) const;

  /// A number for each place at which a value is drawn: two places never draw the same sequence.
  std::uint32_t new_place() { return places_++; }

 private:
  std::vector<std::string> names_;
  std::set<Slot> asked_;
  std::vector<Slot> hidden_;
  std::uint32_t places_ = 0;
};

/// The values, and what the generators of templates draw from. Drawing is a function of the user, of the
/// place in the file and of how often draw_anew() was called: rendering a text twice gives the same text, so
/// that a request can be sent again.
class Variables {
 public:
  /// Without a user: for texts that hold no generator.
  Variables() = default;
  /// `timeline` outlives it.
  Variables(std::uint64_t seed, std::uint64_t user, const Timeline& timeline);

  void set(Slot slot, std::string value);
  /// Empty if it was never set.
  std::string_view get(Slot slot) const {
    return slot < values_.size() ? std::string_view(values_[slot]) : std::string_view{};
  }
  void clear(Slot slot);

  const std::vector<std::string>& values() const { return values_; }
  void assign(std::vector<std::string> values) { values_ = std::move(values); }

  void next_iteration() { ++iteration_; }
  void draw_anew() { ++draw_; }
  /// The same variables with draws of their own, which begin at 0 and share nothing with those of the user.
  /// What is made up of them is again the same if `place` and the user's draw are.
  Variables apart(std::uint32_t place) const;
  void draw(std::uint64_t number) { draw_ = number; }

  std::uint64_t user() const { return user_; }
  std::uint64_t iteration() const { return iteration_; }
  /// What the generator at this place draws from.
  Random random(std::uint32_t place) const;
  /// Time of day (Unix time).
  Duration since_1970() const;

 private:
  std::vector<std::string> values_;
  std::uint64_t seed_ = 0;
  std::uint64_t user_ = 0;
  std::uint64_t iteration_ = 0;
  std::uint64_t draw_ = 0;
  const Timeline* timeline_ = nullptr;
};

}  // namespace soundcheck::core
