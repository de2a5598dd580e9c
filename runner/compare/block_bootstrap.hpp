// Resampling of what is not independent: whole blocks of consecutive rows are drawn, so that what one second
// says about the next stays in. Circular block bootstrap (Politis and Romano 1992). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocols/core/random.hpp"

namespace soundcheck::compare {

/// Rows to a block that suit the autocorrelation of `values`: Politis and White's (2004) rule with the
/// correction of Patton, Politis and White (2009). 1 for independent rows; at most three times the root of
/// their number.
std::size_t block_length(std::span<const double> values);

/// How often each of `rows` is in one resample of as many. `length` is that of a block, 1 to `rows`.
std::vector<std::uint32_t> draw_blocks(std::size_t rows, std::size_t length, core::Random& random);

}  // namespace soundcheck::compare
