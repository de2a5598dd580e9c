#include "protocols/http/data_feeds.hpp"

namespace soundcheck::http {

Feeders::Feeders(const std::vector<DataFeed>& feeds, core::FeedShare share, std::uint64_t seed)
    : feeds_(feeds) {
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const std::uint64_t own_seed = core::Random(seed, i).next();
    feeders_.emplace_back(feeds[i].order, feeds[i].table->rows(), share, own_seed);
  }
}

const DataFeed* Feeders::draw(const std::vector<DataDraw>& draws, core::Variables& variables) {
  for (const DataDraw& draw : draws) {
    const DataFeed& feed = feeds_[draw.feed];
    const auto row = feeders_[draw.feed].next();
    if (!row) return &feed;
    for (const auto& [slot, column] : draw.cells)
      variables.set(slot, feed.table->cell(static_cast<std::size_t>(*row), column));
  }
  return nullptr;
}

}  // namespace soundcheck::http
