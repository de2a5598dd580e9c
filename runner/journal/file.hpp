// The journal's file format: a magic word, then records of [length, checksum, kind, content]. What is on the
// disk up to the last whole record counts; whatever comes after a record that does not hold together is cut.
// Pure but for the reader of whole files.
//
//   file    = "SNDCHKJ1" record*
//   record  = u32 length of content, u32 CRC-32 (IEEE 802.3) of kind and content, u8 kind, content;
//   little-endian
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace soundcheck::journal {

inline constexpr std::string_view magic = "SNDCHKJ1";

enum class Kind : unsigned char {
  header = 1,  // once, first: what the run was
  second = 2,  // what was recorded since the one before
  end = 3,     // once, last: the run ended by itself
};

/// No record is longer; a length beyond it is damage.
inline constexpr std::size_t longest_record = std::size_t{256} << 20;
inline constexpr std::size_t record_head = 9;

std::string make_record(Kind kind, std::string_view content);

/// The next record of what is left of a file.
struct Taken {
  bool whole = false;  ///< else there is none, or it is torn or damaged
  Kind kind{};
  std::string_view content;
};
/// Shortens `rest` by the record, if it is whole.
Taken take_record(std::string_view& rest);

}  // namespace soundcheck::journal
