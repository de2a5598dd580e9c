// The names of all routes of all APIs, in the order in which they are counted. Constant, usable from any
// thread.
#pragma once

#include <optional>
#include <vector>

#include "tools/reference_agent/apis/api.hpp"

namespace soundcheck::reference_agent {

const std::vector<RouteName>& all_routes();

/// An index into all_routes.
struct FoundRoute {
  std::size_t index = 0;
  std::string_view id;  ///< what stands at {id}
};
/// Nothing if no route has this method and path (without a query).
std::optional<FoundRoute> find_route(std::string_view method, std::string_view path);

/// The methods that a path answers, "GET, POST"; empty if it is no path of ours.
std::string methods_of(std::string_view path);

}  // namespace soundcheck::reference_agent
