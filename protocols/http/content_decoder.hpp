// Undoes the Content-Encoding of an answer that a check wants to look at: gzip, deflate and br (zlib and
// Brotli). Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/failure.hpp"

namespace soundcheck::http {

/// The decoded body, kept up to Response::longest_kept_body. `encoding` is the header's value, several
/// codings separated by commas too. Failure: too_large if more than `max_body` comes out, protocol if the
/// data are broken, check if the coding is unknown. `cut`: only the beginning of the body is there, so that
/// it may end anywhere.
std::variant<std::string, core::Failure> decode_content(std::string_view encoding, std::string body, bool cut,
                                                        std::uint64_t max_body);

}  // namespace soundcheck::http
