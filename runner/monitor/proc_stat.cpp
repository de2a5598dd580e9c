#include "runner/monitor/proc_stat.hpp"

#include <sstream>
#include <vector>

#include "runner/monitor/proc_text.hpp"

namespace soundcheck::monitor {

/// The name, second field, stands in parentheses and may hold anything, so counting begins after the last
/// ')'.
std::optional<ProcStat> parse_stat(const std::string& text) {
  const std::size_t name_begin = text.find('(');
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_begin >= name_end) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  std::vector<std::string> fields;  // from the third field, the state, on
  for (std::string field; rest >> field;) fields.push_back(field);
  if (fields.size() < 20) return std::nullopt;
  const auto parent = parse_number(fields[1]);
  const auto user = parse_number(fields[11]);
  const auto system = parse_number(fields[12]);
  const auto threads = parse_number(fields[17]);
  const auto start = parse_number(fields[19]);
  if (!parent || !user || !system || !threads || !start) return std::nullopt;
  return ProcStat{text.substr(name_begin + 1, name_end - name_begin - 1),
                  fields[0][0],
                  static_cast<int>(*parent),
                  *user + *system,
                  static_cast<std::uint32_t>(*threads),
                  *start};
}

}  // namespace soundcheck::monitor
