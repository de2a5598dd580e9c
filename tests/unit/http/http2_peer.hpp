// A target that speaks HTTP/2, in virtual time: nghttp2's server side, so that both ends are not ours. What
// it does with a request is up to the test. The test's own thread.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/virtual_network.hpp"

namespace soundcheck::http {

class Http2Peer final : public support::Peer {
 public:
  struct Asked {
    std::int32_t stream = 0;
    std::map<std::string, std::string> headers;
    std::string body;
  };
  using Handler = std::function<void(Http2Peer&, const Asked&)>;
  using Fields = std::vector<std::pair<std::string, std::string>>;

  Http2Peer(Handler handler, core::Duration delay) : handler_(std::move(handler)), delay_(delay) {
    nghttp2_session_callbacks* callbacks = nullptr;
    ::nghttp2_session_callbacks_new(&callbacks);
    ::nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
          self(user).asked_[frame->hd.stream_id].headers[text(name, name_size)] = text(value, value_size);
          return 0;
        });
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                      std::size_t size, void* user) {
          self(user).asked_[stream].body += text(data, size);
          return 0;
        });
    ::nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
          const bool request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
          if (!request || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
          Asked asked = std::move(self(user).asked_[frame->hd.stream_id]);
          asked.stream = frame->hd.stream_id;
          self(user).handler_(self(user), asked);
          return 0;
        });
    nghttp2_session* session = nullptr;
    nghttp2_option* options = nullptr;
    ::nghttp2_option_new(&options);
    ::nghttp2_option_set_max_send_header_block_length(options, 1'000'000);
    ::nghttp2_session_server_new2(&session, callbacks, this, options);
    ::nghttp2_option_del(options);
    ::nghttp2_session_callbacks_del(callbacks);
    session_.reset(session);
    ::nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  }

  /// What it says to these bytes, with what the handler answered.
  std::string take(std::string_view bytes) {
    ::nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                               bytes.size());
    std::string out;
    for (;;) {
      const std::uint8_t* data = nullptr;
      const ssize_t size = ::nghttp2_session_mem_send(session_.get(), &data);
      if (size <= 0) break;
      out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    return out;
  }

  std::size_t on_bytes(support::VirtualChannel& channel, std::string_view bytes) override {
    std::string out = take(bytes);
    if (!out.empty()) channel.send_at(channel.now() + delay_, std::move(out));
    if (end_) channel.end_at(channel.now() + delay_);
    return bytes.size();
  }

  void answer(std::int32_t stream, Fields fields, std::string body) {
    auto& owned = bodies_[stream];
    owned = {std::move(body), 0};
    nghttp2_data_provider provider{};
    provider.source.ptr = &owned;
    provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room,
                                std::uint32_t* flags, nghttp2_data_source* source, void*) {
      auto& [content, sent] = *static_cast<std::pair<std::string, std::size_t>*>(source->ptr);
      const std::size_t n = std::min(room, content.size() - sent);
      std::memcpy(into, content.data() + sent, n);
      sent += n;
      if (sent == content.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(n);
    };
    const auto list = views(fields);
    ::nghttp2_submit_response(session_.get(), stream, list.data(), list.size(), &provider);
  }
  void interim(std::int32_t stream, const Fields& fields) {
    const auto list = views(fields);
    ::nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, list.data(), list.size(),
                             nullptr);
  }
  void reset_stream(std::int32_t stream, std::uint32_t error) {
    ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, error);
  }
  void go_away(std::int32_t last_stream, std::uint32_t error) {
    ::nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last_stream, error, nullptr, 0);
  }
  void end() { end_ = true; }

 private:
  struct Free {
    void operator()(nghttp2_session* session) const { ::nghttp2_session_del(session); }
  };
  static Http2Peer& self(void* user) { return *static_cast<Http2Peer*>(user); }
  static std::string text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
  }
  static std::vector<nghttp2_nv> views(const Fields& fields) {
    const auto bytes = [](const std::string& value) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
    };
    std::vector<nghttp2_nv> out;
    for (const auto& [name, value] : fields)
      out.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    return out;
  }

  Handler handler_;
  core::Duration delay_;
  std::unique_ptr<nghttp2_session, Free> session_;
  std::map<std::int32_t, Asked> asked_;
  std::map<std::int32_t, std::pair<std::string, std::size_t>> bodies_;
  bool end_ = false;
};

/// Says the same bytes to everybody, and then nothing, or ends.
class RawPeer final : public support::Peer {
 public:
  RawPeer(std::string bytes, bool ends) : bytes_(std::move(bytes)), ends_(ends) {}
  std::size_t on_bytes(support::VirtualChannel& channel, std::string_view bytes) override {
    if (!bytes_.empty()) channel.send_at(channel.now(), std::exchange(bytes_, {}));
    if (ends_) channel.end_at(channel.now());
    return bytes.size();
  }

 private:
  std::string bytes_;
  bool ends_;
};

class PeerNetwork final : public support::VirtualNetwork {
 public:
  using VirtualNetwork::VirtualNetwork;
  std::function<std::unique_ptr<support::Peer>()> make_peer;

 private:
  support::DialAnswer answer_dial(const net::Address&) override { return {{}, 0, make_peer()}; }
};

}  // namespace soundcheck::http
