// The data files of a workload, and which row of each a user takes next. DataFeed and DataDraw are part of
// the plan, immutable and shared; Feeders belong to one user, or, in the open model, to one shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/core/data_table.hpp"
#include "protocols/core/feeder.hpp"
#include "protocols/core/variables.hpp"

namespace soundcheck::http {

struct DataFeed {
  std::string name;
  std::shared_ptr<const core::DataTable> table;
  core::FeedOrder order = core::FeedOrder::circular;
};

/// One row of a data file, and the variables that get its cells.
struct DataDraw {
  std::size_t feed = 0;                                   ///< place among the workload's
  std::vector<std::pair<core::Slot, std::size_t>> cells;  ///< variable and column
};

/// Calls `visit` with each variable that gets a cell.
template <class Visit>
void for_each_cell(const std::vector<DataDraw>& draws, const Visit& visit) {
  for (const DataDraw& draw : draws) {
    for (const auto& cell : draw.cells) visit(cell.first);
  }
}

class Feeders {
 public:
  /// `seed` is of the run and the workload.
  Feeders(const std::vector<DataFeed>& feeds, core::FeedShare share, std::uint64_t seed);

  /// Sets the variables to the next row of each. The data file that is used up, or null.
  const DataFeed* draw(const std::vector<DataDraw>& draws, core::Variables& variables);

 private:
  const std::vector<DataFeed>& feeds_;
  std::vector<core::Feeder> feeders_;  ///< one for each
};

}  // namespace soundcheck::http
