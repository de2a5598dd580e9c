#include "tools/reference_agent/apis/routes.hpp"

#include "tools/reference_agent/apis/agentiq_api.hpp"
#include "tools/reference_agent/apis/calling_api.hpp"
#include "tools/reference_agent/apis/learning_api.hpp"
#include "tools/reference_agent/apis/ngx_api.hpp"
#include "tools/reference_agent/apis/phone_api.hpp"

namespace soundcheck::reference_agent {
namespace {

template <class... Apis>
std::vector<RouteName> names_of() {
  std::vector<RouteName> names;
  const auto add = [&](const auto& routes) {
    for (const auto& route : routes) names.push_back(route.name);
  };
  (add(Apis::routes()), ...);
  return names;
}

}  // namespace

const std::vector<RouteName>& all_routes() {
  static const auto names = names_of<PhoneApi, NgxApi, LearningApi, AgentiqApi, CallingApi>();
  return names;
}

std::optional<FoundRoute> find_route(std::string_view method, std::string_view path) {
  const auto& routes = all_routes();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].method != method) continue;
    if (const auto id = match_path(routes[i].pattern, path)) return FoundRoute{i, *id};
  }
  return std::nullopt;
}

std::string methods_of(std::string_view path) {
  std::string methods;
  for (const auto& route : all_routes()) {
    if (!match_path(route.pattern, path)) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method;
  }
  return methods;
}

}  // namespace soundcheck::reference_agent
