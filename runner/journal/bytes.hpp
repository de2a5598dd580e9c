// Values as bytes, and back: whole numbers in as few bytes as they need (LEB128; signed ones in zigzag),
// reals in eight, little-endian. Pure. A reader never reads past its end and never throws: after the first
// value that is not there it is not ok(), and gives zeroes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace soundcheck::journal {

class ByteWriter {
 public:
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);
  void real(double value);
  void truth(bool value) { number(value ? 1 : 0); }
  void text(std::string_view value);

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number();
  std::int64_t signed_number();
  double real();
  bool truth() { return number() != 0; }
  std::string text();
  /// How many things follow, each of at least one byte: so never more than there are bytes left.
  std::size_t count();

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  /// What was read makes no sense to the caller.
  void fail();

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace soundcheck::journal
