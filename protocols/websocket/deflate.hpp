// Message compression (permessage-deflate, RFC 7692, section 7.2) on zlib. A Deflater and an Inflater belong
// to one connection; where no context is kept between messages they hold no memory of their own and share
// their thread's. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace soundcheck::websocket {

/// What both sides have agreed upon. A kept context compresses better and costs memory on both sides for as
/// long as the connection is open.
struct Compression {
  bool keep_own_context = false;   ///< a message may refer to what we sent before
  bool keep_peer_context = false;  ///< the same of the peer's messages
  int own_window_bits = 15;        ///< we may look back 2^8 to 2^15 bytes
};

class Deflater {
 public:
  explicit Deflater(const Compression& agreed);
  ~Deflater();
  /// Appends the compressed message.
  void deflate(std::string_view message, std::string& out);

 private:
  class Stream;
  Stream& shared() const;
  int window_bits_;
  std::unique_ptr<Stream> own_;  ///< with a context of its own
};

class Inflater {
 public:
  explicit Inflater(const Compression& agreed);
  ~Inflater();

  enum class Result : unsigned char { ok, broken, too_large };
  /// Appends the message to `out`, which stays shorter than `longest` plus one buffer whatever is sent.
  Result inflate(std::string_view compressed, std::size_t longest, std::string& out);

 private:
  class Stream;
  static Stream& shared();
  std::unique_ptr<Stream> own_;
};

}  // namespace soundcheck::websocket
