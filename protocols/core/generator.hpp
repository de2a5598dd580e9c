// A value that a template makes up at each use: {{uuid}}, {{random_int(1, 100)}}. Pure; immutable, shared
// between threads: what it draws comes from the user's Variables.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/syntax_error.hpp"
#include "protocols/core/variables.hpp"

namespace soundcheck::core {

class Generator {
 public:
  enum class Kind : unsigned char {
    uuid,
    user_id,
    iteration,
    timestamp,
    random_int,
    random_name,
    random_phone,
    random_email,
    random_sentence,
    random_choice,
    now_iso,
  };

  /// What docs/system_language.md says of a generator, and a test compares.
  struct Info {
    std::string_view name;
    Kind kind;
    std::string_view example;  ///< as one writes it between {{ and }}
    std::string_view meaning;
  };
  static std::span<const Info> all();
  static bool is_name(std::string_view name);

  /// "random_int(1, 100)". `place`: from VariableTable::new_place().
  static std::variant<Generator, SyntaxError> parse(std::string_view call, std::uint32_t place);

  void append(const Variables& variables, std::string& out) const;

 private:
  Generator(Kind kind, std::uint32_t place) : kind_(kind), place_(place) {}

  Kind kind_;
  std::uint32_t place_;
  std::int64_t first_ = 0;   ///< random_int: the least; now_iso: the offset in seconds
  std::int64_t second_ = 0;  ///< random_int: the most
  std::vector<std::string> choices_;
};

}  // namespace soundcheck::core
