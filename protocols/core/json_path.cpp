#include "protocols/core/json_path.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <span>
#include <utility>

#include "protocols/core/json_path_syntax.hpp"

namespace soundcheck::core {

namespace {

namespace json = boost::json;
using json_path::Comparison;
using json_path::Filter;
using json_path::Operand;
using json_path::Query;
using json_path::Segment;
using json_path::Selector;
using json_path::Slice;
using json_path::Wildcard;

/// Below zero, zero, above zero. Both are numbers.
int compare_numbers(const json::value& a, const json::value& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is_double() || b.is_double()) return sign(a.to_number<double>(), b.to_number<double>());
  const auto whole = [](const json::value& v) {
    return v.is_uint64() ? static_cast<__int128>(v.get_uint64()) : static_cast<__int128>(v.get_int64());
  };
  return sign(whole(a), whole(b));
}

/// As RFC 9535, 2.3.5.2.2, compares: 3 and 3.0 are equal wherever they stand.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) {
    const json::array& x = a.get_array();
    const json::array& y = b.get_array();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), equal);
  }
  if (a.is_object()) {
    const json::object& x = a.get_object();
    const json::object& y = b.get_object();
    return x.size() == y.size() && std::all_of(x.begin(), x.end(), [&](const auto& member) {
             const json::value* other = y.if_contains(member.key());
             return other != nullptr && equal(member.value(), *other);
           });
  }
  return a == b;
}

bool less(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) < 0;
  return a.is_string() && b.is_string() && a.get_string() < b.get_string();
}

/// A null pointer stands for "nothing is there", which is equal only to itself.
bool holds(Comparison comparison, const json::value* a, const json::value* b) {
  const bool both = a != nullptr && b != nullptr;
  const bool same = both ? equal(*a, *b) : a == b;
  switch (comparison) {
    case Comparison::equal:
      return same;
    case Comparison::not_equal:
      return !same;
    case Comparison::less:
      return both && less(*a, *b);
    case Comparison::less_or_equal:
      return same || (both && less(*a, *b));
    case Comparison::greater:
      return both && less(*b, *a);
    case Comparison::greater_or_equal:
      return same || (both && less(*b, *a));
  }
  return false;
}

/// One search. Depth first: what a segment finds is followed to the end of the path before its next finding,
/// which gives the order of RFC 9535 and lets a limit end the search early.
class Search {
 public:
  Search(const json::value& root, std::size_t& visits) : root_(root), visits_(visits) {}

  std::vector<const void*> run(const Query& query, const json::value& current, std::size_t limit) {
    found_.clear();
    limit_ = limit;
    follow(query.segments, query.absolute ? root_ : current);
    return std::move(found_);
  }

  static bool exhausted(std::size_t visits) { return visits > JsonPath::most_visits; }

 private:
  using Path = std::span<const Segment>;

  /// False: stop looking.
  bool follow(Path path, const json::value& at) {
    if (exhausted(++visits_)) return false;
    if (path.empty()) {
      found_.push_back(&at);
      return found_.size() < limit_;
    }
    const Segment& segment = path.front();
    for (const Selector& selector : segment.selectors) {
      const bool go_on = std::visit([&](const auto& s) { return select(s, path.subspan(1), at); }, selector);
      if (!go_on) return false;
    }
    return !segment.descendant ||
           each_child(at, [&](const json::value& child) { return follow(path, child); });
  }

  template <class Visit>
  static bool each_child(const json::value& at, Visit visit) {
    if (const json::array* array = at.if_array()) return std::all_of(array->begin(), array->end(), visit);
    if (const json::object* object = at.if_object())
      return std::all_of(object->begin(), object->end(),
                         [&](const auto& member) { return visit(member.value()); });
    return true;
  }

  bool select(const std::string& name, Path rest, const json::value& at) {
    const json::object* object = at.if_object();
    const json::value* child = object == nullptr ? nullptr : object->if_contains(name);
    return child == nullptr || follow(rest, *child);
  }

  bool select(Wildcard, Path rest, const json::value& at) {
    return each_child(at, [&](const json::value& child) { return follow(rest, child); });
  }

  bool select(std::int64_t index, Path rest, const json::value& at) {
    const json::array* array = at.if_array();
    if (array == nullptr) return true;
    const auto size = static_cast<std::int64_t>(array->size());
    const std::int64_t i = index < 0 ? size + index : index;
    return i < 0 || i >= size || follow(rest, (*array)[static_cast<std::size_t>(i)]);
  }

  /// RFC 9535, 2.3.4.2.2.
  bool select(const Slice& slice, Path rest, const json::value& at) {
    const json::array* array = at.if_array();
    if (array == nullptr || slice.step == 0) return true;
    const auto size = static_cast<std::int64_t>(array->size());
    const auto from_end = [&](std::int64_t i) { return i < 0 ? size + i : i; };
    const bool forward = slice.step > 0;
    const std::int64_t least = forward ? 0 : -1;
    const std::int64_t most = forward ? size : size - 1;
    const std::int64_t start = std::clamp(slice.start ? from_end(*slice.start)
                                          : forward   ? 0
                                                      : size - 1,
                                          least, most);
    const std::int64_t end = std::clamp(slice.end ? from_end(*slice.end) : forward ? size : -1, least, most);
    for (std::int64_t i = start; forward ? i < end : i > end; i += slice.step) {
      if (!follow(rest, (*array)[static_cast<std::size_t>(i)])) return false;
    }
    return true;
  }

  bool select(const std::shared_ptr<const Filter>& filter, Path rest, const json::value& at) {
    return each_child(
        at, [&](const json::value& child) { return !passes(*filter, child) || follow(rest, child); });
  }

  bool passes(const Filter& filter, const json::value& at) {
    const auto part_passes = [&](const Filter& part) { return passes(part, at); };
    switch (filter.kind) {
      case Filter::Kind::any_of:
        return std::any_of(filter.parts.begin(), filter.parts.end(), part_passes);
      case Filter::Kind::all_of:
        return std::all_of(filter.parts.begin(), filter.parts.end(), part_passes);
      case Filter::Kind::none_of:
        return std::none_of(filter.parts.begin(), filter.parts.end(), part_passes);
      case Filter::Kind::exists:
        return !Search(root_, visits_).run(filter.query, at, 1).empty();
      case Filter::Kind::compares:
        return holds(filter.comparison, value_of(filter.left, at), value_of(filter.right, at));
    }
    return false;
  }

  const json::value* value_of(const Operand& operand, const json::value& at) {
    if (const auto* literal = std::get_if<json::value>(&operand)) return literal;
    const auto found = Search(root_, visits_).run(std::get<Query>(operand), at, 1);
    return found.empty() ? nullptr : static_cast<const json::value*>(found.front());
  }

  const json::value& root_;
  std::size_t& visits_;
  std::size_t limit_ = 0;
  std::vector<const void*> found_;
};

}  // namespace

std::string JsonValues::text(std::size_t i) const { return JsonDocument::text_of(values_[i]); }

std::string JsonValues::array() const {
  std::string out = "[";
  for (const void* value : values_) {
    if (out.size() > 1) out += ',';
    out += json::serialize(*static_cast<const json::value*>(value));
  }
  return out += ']';
}

std::variant<JsonPath, JsonPathError> JsonPath::parse(std::string_view text) {
  auto parsed = json_path::parse_query(text);
  if (auto* error = std::get_if<JsonPathError>(&parsed)) return std::move(*error);
  JsonPath path;
  path.text_ = text;
  path.query_ = std::make_shared<const Query>(std::get<Query>(std::move(parsed)));
  return path;
}

JsonValues JsonPath::find(const JsonDocument& document, std::size_t limit) const {
  JsonValues values;
  values.document_ = document.value_;
  const auto& root = *static_cast<const json::value*>(document.value_.get());
  std::size_t visits = 0;
  values.values_ = Search(root, visits).run(*query_, root, std::min(limit, most_values + 1));
  values.cut_ = Search::exhausted(visits) || values.size() > most_values;
  return values;
}

}  // namespace soundcheck::core
