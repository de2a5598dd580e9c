// Types of keys that only monitors have. For the declarations (runner/profile/*_keys.cpp) only.
#pragma once

#include "runner/profile/monitor_system.hpp"
#include "runner/profile/types.hpp"

namespace soundcheck::profile {

/// What stands in metric names: letters, digits and underscores.
Text series_name();

/// A URL with one of two schemes. A user name and password may come from the environment only; where
/// `credentials` is false, not at all: http endpoints take them as a header.
struct MonitorUrl {
  using Result = std::string;
  std::string example;
  bool credentials = false;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// How libpq is told where to connect; a password only from the environment.
struct PostgresConnection {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Names of labels to the values that they must have.
struct LabelMap {
  using Result = std::vector<std::pair<std::string, std::string>>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Names of series to keys of Redis.
struct RedisKeyMap {
  using Result = std::vector<RedisKey>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// More than 0, less than 1.
struct QuantileText {
  using Result = double;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

}  // namespace soundcheck::profile
