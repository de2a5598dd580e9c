// A request's body as it is sent, piece by piece: nobody holds it as a whole. Belongs to one request of one
// user; shard's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::http {

class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Of all of it; nothing if that is not known before it has been sent. Then it is sent in chunks.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// What comes next, at most longest_piece bytes and the same until skip(); empty at the end.
  virtual std::string_view ahead() = 0;
  /// These bytes have been sent. n <= ahead().size().
  virtual void skip(std::size_t n) = 0;
  /// From the beginning again, with the same bytes: the request is sent once more.
  virtual void rewind() = 0;

  static constexpr std::size_t longest_piece = 64 * 1024;
};

/// Another body in chunks (RFC 9112, 7.1): each piece is one.
class ChunkedBody final : public BodySource {
 public:
  /// `body` outlives it.
  explicit ChunkedBody(BodySource& body) : body_(body) {}

  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  std::string_view ahead() override;
  void skip(std::size_t n) override;
  void rewind() override;

 private:
  BodySource& body_;
  std::string frame_;      ///< what stands before the rest of the chunk
  std::size_t sent_ = 0;   ///< of frame_
  std::size_t chunk_ = 0;  ///< bytes of the body that belong to this chunk and have not been sent
  bool begun_ = false;
  bool last_ = false;  ///< frame_ ends the body
};

}  // namespace soundcheck::http
