// A voice target without any work of its own, in the dialect `binary`: acknowledges audio every 200 ms and
// every 2 s of it answers with a transcript and 200 ms of a tone, so that turns complete. Its framing is its
// own, not the generator's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "protocols/websocket/upgrade.hpp"
#include "tests/bench/epoll_server.hpp"

namespace {

using soundcheck::audio::Bytes;

constexpr std::uint32_t sample_rate = 16000;
constexpr std::uint32_t frame_ms = 20;
constexpr unsigned frames_per_ack = 10;
constexpr unsigned frames_per_answer = 100;
constexpr std::size_t answer_frames = 10;

struct Counts {
  unsigned long calls = 0;
  unsigned long frames = 0;
};

void append_frame(std::string& out, unsigned opcode, std::string_view payload) {
  out += static_cast<char>(0x80U | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else {
    out += {static_cast<char>(126), static_cast<char>(payload.size() >> 8),
            static_cast<char>(payload.size() & 0xff)};
  }
  out += payload;
}

/// 200 ms of a tone, Opus, as the frames of one answer with its messages.
std::string make_answer() {
  const auto encoder =
      soundcheck::audio::make_encoder(soundcheck::audio::Encoding::opus, sample_rate, frame_ms);
  std::string answer;
  append_frame(answer, 1, R"({"type":"final","turn":1,"text":"check my balance"})");
  append_frame(answer, 1, R"({"type":"agent_start","turn":1,"text":"yes"})");
  std::vector<std::int16_t> samples(sample_rate * frame_ms / 1000);
  for (std::size_t frame = 0, n = 0; frame < answer_frames; ++frame) {
    for (std::int16_t& sample : samples) {
      sample =
          static_cast<std::int16_t>(8000 * std::sin(2 * std::numbers::pi * 440 * double(n++) / sample_rate));
    }
    Bytes bytes;
    encoder->encode(samples, bytes);
    append_frame(answer, 2, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  append_frame(answer, 1, R"({"type":"agent_end","turn":1,"audio_ms":200})");
  return answer;
}

class CallPeer final : public soundcheck::bench::Peer {
 public:
  CallPeer(Counts& counts, const std::string& answer) : counts_(counts), answer_(answer) {}

  bool on_bytes(std::string_view bytes, std::string& out) override {
    in_ += bytes;
    if (!upgraded_ && !upgrade(out)) return true;
    std::size_t used = 0;
    bool open = true;
    while (open) {
      const std::size_t size = take_frame(std::string_view(in_).substr(used), out, open);
      if (size == 0) break;
      used += size;
    }
    in_.erase(0, used);
    return open;
  }

 private:
  bool upgrade(std::string& out) {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    if (in_.starts_with("GET /health ")) {
      out += "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      in_.erase(0, end + 4);
      return false;
    }
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const std::size_t key = in_.find(name) + name.size();
    out += fmt::format(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: {}\r\n\r\n",
        soundcheck::websocket::accept_for(in_.substr(key, in_.find("\r\n", key) - key)));
    in_.erase(0, end + 4);
    upgraded_ = true;
    ++counts_.calls;
    return true;
  }

  /// The size of the frame at the front; 0 if it has not come whole. A client's frames are masked, and those
  /// of a caller are shorter than 64 KiB.
  std::size_t take_frame(std::string_view data, std::string& out, bool& open) {
    if (data.size() < 2) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
    std::size_t header = 6;
    std::size_t size = byte(1) & 0x7fU;
    if (size == 126) {
      if (data.size() < 4) return 0;
      size = byte(2) * 256U + byte(3);
      header = 8;
    }
    if (data.size() < header + size) return 0;
    const unsigned opcode = byte(0) & 0x0fU;
    if (opcode == 2) {
      on_audio(out);
    } else if (opcode == 1) {
      // Two text messages make a call: start, and stop.
      append_frame(out, 1, started_ ? R"({"type":"bye"})" : R"({"type":"ready"})");
      started_ = true;
    } else if (opcode == 8) {
      append_frame(out, 8, std::string_view("\x03\xe8", 2));  // 1000
      open = false;
    }
    return header + size;
  }

  void on_audio(std::string& out) {
    ++counts_.frames;
    ++frames_;
    if (frames_ % frames_per_ack == 0)
      append_frame(out, 1, fmt::format(R"({{"type":"ack","audio_ms":{}}})", frames_ * frame_ms));
    if (frames_ % frames_per_answer == 0) out += answer_;
  }

  Counts& counts_;
  const std::string& answer_;
  std::string in_;
  unsigned frames_ = 0;
  bool upgraded_ = false;
  bool started_ = false;
};

}  // namespace

int main() {
  Counts counts;
  const std::string answer = make_answer();
  soundcheck::bench::serve([&] { return std::make_unique<CallPeer>(counts, answer); });
  fmt::print(R"({{"calls": {}, "frames": {}}})"
             "\n",
             counts.calls, counts.frames);
}
