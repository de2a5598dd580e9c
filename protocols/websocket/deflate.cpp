#include "protocols/websocket/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace soundcheck::websocket {

namespace {

constexpr std::size_t buffer_size = 16 * 1024;
/// What ends every flushed block. It is left out on the wire (section 7.2.1).
constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

void offer(z_stream& z, std::string_view bytes) {
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
  z.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

class Deflater::Stream {
 public:
  explicit Stream(int window_bits) {
    // zlib cannot do raw streams with 8 bits; with 9 it looks back 250 bytes at most, which is as good. Speed
    // before size: what is compressed here is paid for with the generator's core.
    if (deflateInit2(&z_, Z_BEST_SPEED, Z_DEFLATED, -std::max(window_bits, 9), 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { deflateEnd(&z_); }

  void reset() { deflateReset(&z_); }
  void run(std::string_view message, std::string& out) {
    std::array<char, buffer_size> buffer;
    offer(z_, message);
    do {
      z_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      z_.avail_out = buffer_size;
      ::deflate(&z_, Z_SYNC_FLUSH);
      out.append(buffer.data(), buffer_size - z_.avail_out);
    } while (z_.avail_out == 0);
    out.resize(out.size() - tail.size());
  }

 private:
  z_stream z_{};
};

Deflater::Deflater(const Compression& agreed) : window_bits_(agreed.own_window_bits) {
  if (agreed.keep_own_context) own_ = std::make_unique<Stream>(window_bits_);
}

Deflater::~Deflater() = default;

/// 270 KB, which is why a connection without a context has none of its own.
Deflater::Stream& Deflater::shared() const {
  thread_local std::array<std::unique_ptr<Stream>, 16> streams;
  std::unique_ptr<Stream>& stream = streams[static_cast<std::size_t>(window_bits_)];
  if (!stream) stream = std::make_unique<Stream>(window_bits_);
  stream->reset();
  return *stream;
}

void Deflater::deflate(std::string_view message, std::string& out) {
  if (message.empty()) {
    out.push_back('\0');  // zlib does not flush nothing twice; section 7.2.3.6 has this for it
    return;
  }
  (own_ ? *own_ : shared()).run(message, out);
}

class Inflater::Stream {
 public:
  Stream() {
    // 15 bits understand every smaller window, too.
    if (inflateInit2(&z_, -15) != Z_OK) throw std::bad_alloc();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&z_); }

  void reset() { inflateReset(&z_); }
  Result run(std::string_view bytes, std::size_t longest, std::string& out) {
    std::array<char, buffer_size> buffer;
    offer(z_, bytes);
    do {
      z_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      z_.avail_out = buffer_size;
      const int result = ::inflate(&z_, Z_SYNC_FLUSH);
      out.append(buffer.data(), buffer_size - z_.avail_out);
      if (out.size() > longest) return Result::too_large;
      if (result == Z_STREAM_END) {
        // A block marked as the last one, which section 7.2.3.4 allows: what follows begins anew.
        reset();
      } else if (result == Z_BUF_ERROR) {
        break;  // all is done
      } else if (result != Z_OK) {
        return Result::broken;
      }
    } while (z_.avail_out == 0 || z_.avail_in > 0);
    return Result::ok;
  }
  /// Whether what came so far ends with a block: a message that was cut short does not.
  bool between_blocks() const { return (z_.data_type & 128) != 0; }

 private:
  z_stream z_{};
};

Inflater::Inflater(const Compression& agreed) {
  if (agreed.keep_peer_context) own_ = std::make_unique<Stream>();
}

Inflater::~Inflater() = default;

Inflater::Stream& Inflater::shared() {
  thread_local Stream stream;
  stream.reset();
  return stream;
}

Inflater::Result Inflater::inflate(std::string_view compressed, std::size_t longest, std::string& out) {
  const std::size_t begin = out.size();
  Stream& stream = own_ ? *own_ : shared();
  Result result = stream.run(compressed, begin + longest, out);
  if (result == Result::ok) result = stream.run(tail, begin + longest, out);
  return result == Result::ok && !stream.between_blocks() ? Result::broken : result;
}

}  // namespace soundcheck::websocket
