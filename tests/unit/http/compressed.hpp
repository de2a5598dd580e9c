// Compressed texts for tests. Plain functions, any thread.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>

namespace soundcheck::http {

/// `window_bits` as deflateInit2 takes them: 31 gzip, 15 zlib, -15 neither.
inline std::string compressed(const std::string& text, int window_bits) {
  z_stream stream{};
  if (::deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

inline std::string gzipped(const std::string& text) { return compressed(text, 31); }

}  // namespace soundcheck::http
