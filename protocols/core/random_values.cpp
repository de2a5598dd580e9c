#include "protocols/core/random_values.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

namespace soundcheck::core {

namespace {

constexpr std::array<std::string_view, 40> first_names{
    "Ada",   "Amir",  "Anna", "Ben",    "Carla", "Chen",  "Dana",  "David", "Elena",  "Emil",
    "Farid", "Grace", "Hana", "Henry",  "Ida",   "Igor",  "Jana",  "Jonas", "Kofi",   "Lara",
    "Leo",   "Lucia", "Maya", "Mehmet", "Mila",  "Nadia", "Noah",  "Nora",  "Oscar",  "Paula",
    "Priya", "Ravi",  "Rosa", "Samir",  "Sara",  "Tariq", "Tessa", "Uma",   "Viktor", "Yuki"};

constexpr std::array<std::string_view, 40> last_names{
    "Abbott", "Adeyemi",  "Baker",  "Berg",     "Castillo", "Cohen",  "Dubois", "Eriksen",
    "Farouk", "Fischer",  "Garcia", "Gupta",    "Haddad",   "Hansen", "Ito",    "Jansen",
    "Keller", "Khan",     "Kim",    "Kowalski", "Laurent",  "Lopez",  "Mbeki",  "Meyer",
    "Moreau", "Nakamura", "Novak",  "Okafor",   "Olsen",    "Patel",  "Petrov", "Quinn",
    "Reyes",  "Rossi",    "Santos", "Schmidt",  "Silva",    "Tanaka", "Walsh",  "Zhang"};

constexpr std::array<std::string_view, 10> openings{
    "I would like to know more about", "Could you tell me something about",
    "I have a question about",         "My colleague asked me to find out about",
    "We are thinking about",           "Can you explain",
    "I am calling because of",         "Please help me with",
    "I read on your website about",    "Before we decide we need to understand"};

constexpr std::array<std::string_view, 12> subjects{
    "the price for a team of twenty people", "the delivery of my last order",
    "your opening hours next week",          "the plan that we have today",
    "moving our numbers to your service",    "the invoice from last month",
    "an appointment on Thursday morning",    "how long the setup takes",
    "the difference between the two plans",  "cancelling the extra line",
    "what happens when the trial ends",      "the way you keep our data"};

constexpr std::array<std::string_view, 4> endings{".", ", please.", " as soon as possible.",
                                                  ", if you have a minute."};

template <std::size_t n>
std::string_view one_of(Random& random, const std::array<std::string_view, n>& list) {
  return list[random.below(n)];
}

void append_lower(std::string& out, std::string_view ascii) {
  for (const char c : ascii) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// An area code of the North American plan: not a service code (211 to 911), not kept for later (the second
/// digit is 9), not toll-free (800, 822, ... 888) and not a premium rate (900).
unsigned area_code(Random& random) {
  for (;;) {
    const auto first = static_cast<unsigned>(2 + random.below(8));
    const auto second = static_cast<unsigned>(random.below(9));
    const auto third = static_cast<unsigned>(random.below(10));
    const bool service = second == 1 && third == 1;
    const bool toll_free = first == 8 && second == third;
    const bool premium = first == 9 && second == 0 && third == 0;
    if (!service && !toll_free && !premium) return first * 100 + second * 10 + third;
  }
}

}  // namespace

std::int64_t random_int(Random& random, std::int64_t min, std::int64_t max) {
  if (max <= min) return min;
  // In unsigned arithmetic, so that the whole range of the type is good.
  const std::uint64_t span = static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min) + 1;
  const std::uint64_t drawn = span == 0 ? random.next() : random.below(span);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(min) + drawn);
}

void append_int(std::string& out, Random& random, std::int64_t min, std::int64_t max) {
  fmt::format_to(std::back_inserter(out), "{}", random_int(random, min, max));
}

void append_name(std::string& out, Random& random) {
  out += one_of(random, first_names);
  out += ' ';
  out += one_of(random, last_names);
}

void append_phone(std::string& out, Random& random) {
  const unsigned area = area_code(random);
  fmt::format_to(std::back_inserter(out), "+1{}55501{:02}", area, random.below(100));
}

void append_email(std::string& out, Random& random) {
  append_lower(out, one_of(random, first_names));
  out += '.';
  append_lower(out, one_of(random, last_names));
  fmt::format_to(std::back_inserter(out), ".{:08}@example.com", random.below(100'000'000));
}

void append_sentence(std::string& out, Random& random) {
  out += one_of(random, openings);
  out += ' ';
  out += one_of(random, subjects);
  out += one_of(random, endings);
}

void append_choice(std::string& out, Random& random, std::span<const std::string> choices) {
  if (!choices.empty()) out += choices[random.below(choices.size())];
}

void append_uuid(std::string& out, Random& random) {
  const std::uint64_t a = random.next();
  const std::uint64_t b = random.next();
  // Random but for the version and variant bits (RFC 9562, 5.4).
  fmt::format_to(std::back_inserter(out), "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff,
                 a & 0xfff, 0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff);
}

void append_iso_time(std::string& out, std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock(time - day);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count());
}

}  // namespace soundcheck::core
