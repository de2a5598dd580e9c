#include "runner/journal/file.hpp"

#include <zlib.h>

namespace soundcheck::journal {

namespace {

void append(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

std::uint32_t checksum(char kind, std::string_view content) {
  const uLong of_kind = ::crc32(0, reinterpret_cast<const Bytef*>(&kind), 1);
  return static_cast<std::uint32_t>(
      ::crc32(of_kind, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
}

}  // namespace

std::string make_record(Kind kind, std::string_view content) {
  std::string record;
  record.reserve(record_head + content.size());
  append(record, static_cast<std::uint32_t>(content.size()));
  append(record, checksum(static_cast<char>(kind), content));
  record += static_cast<char>(kind);
  record += content;
  return record;
}

Taken take_record(std::string_view& rest) {
  if (rest.size() < record_head) return {};
  const std::size_t length = number_at(rest, 0);
  if (length > longest_record || rest.size() - record_head < length) return {};
  const std::string_view content = rest.substr(record_head, length);
  if (checksum(rest[8], content) != number_at(rest, 4)) return {};
  const Taken taken{true, static_cast<Kind>(rest[8]), content};
  rest.remove_prefix(record_head + length);
  return taken;
}

}  // namespace soundcheck::journal
