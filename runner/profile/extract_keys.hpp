// The key `extract` of a step in all its forms: a JSON Pointer, a JSONPath, or a map that says where to look
// and which of the values found to keep. Control thread only.
#pragma once

#include <optional>
#include <vector>

#include "runner/profile/api_system.hpp"
#include "runner/profile/object.hpp"

namespace soundcheck::profile {

/// Names of variables to what is kept of the answer.
struct ExtractionMap {
  using Result = std::vector<Extraction>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

}  // namespace soundcheck::profile
