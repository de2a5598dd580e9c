// A voice target without any work of its own, in the dialect `binary`: acknowledges audio every 200 ms and
// every 2 s of it answers with a transcript and 200 ms of a tone, so that turns complete. With the argument
// "both_ways" it also sends a frame of 100 bytes for every one that comes, but for 100 ms after an answer, so
// that its end can be heard.
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "tests/bench/pace_watch.hpp"
#include "tests/bench/websocket_peer.hpp"

namespace {

using namespace soundcheck::bench;
using soundcheck::audio::Bytes;

constexpr std::uint32_t sample_rate = 16000;
constexpr std::uint32_t frame_ms = 20;
constexpr unsigned frames_per_ack = 10;
constexpr unsigned frames_per_answer = 100;
constexpr std::size_t answer_frames = 10;
constexpr unsigned quiet_frames = answer_frames + 5;  ///< the answer is ahead of time, and ends with silence
constexpr std::size_t frame_bytes = 100;

struct Counts {
  unsigned long calls = 0;
  PaceTotals pace;
  unsigned long frames = 0;
};

/// What the agent sends, rendered once.
struct Script {
  bool both_ways = false;
  std::string answer;  ///< a transcript and 200 ms of a tone
  std::string frame;   ///< one frame of the tone
};

/// One 20 ms Opus frame of a tone, padded to 100 bytes as RFC 6716 (section 3.2.5, code 3) allows.
std::string pad(const Bytes& frame) {
  if (frame.size() + 2 > frame_bytes) return {reinterpret_cast<const char*>(frame.data()), frame.size()};
  std::string padded;
  padded += static_cast<char>(frame[0] | 3U);
  padded += static_cast<char>(0x41);  // padding follows, one frame, constant bit rate
  const std::size_t padding = frame_bytes - 2 - frame.size();
  padded += static_cast<char>(padding);
  padded.append(reinterpret_cast<const char*>(frame.data()) + 1, frame.size() - 1);
  padded.append(padding, '\0');
  return padded;
}

std::string binary_frame(const std::string& payload) {
  std::string out;
  append_frame(out, Opcode::binary, payload);
  return out;
}

Script make_script(bool both_ways) {
  const auto encoder =
      soundcheck::audio::make_encoder(soundcheck::audio::Encoding::opus, sample_rate, frame_ms);
  Script script;
  script.both_ways = both_ways;
  append_frame(script.answer, Opcode::text, R"({"type":"final","turn":1,"text":"check my balance"})");
  append_frame(script.answer, Opcode::text, R"({"type":"agent_start","turn":1,"text":"yes"})");
  std::vector<std::int16_t> samples(sample_rate * frame_ms / 1000);
  for (std::size_t frame = 0, n = 0; frame < answer_frames; ++frame) {
    for (std::int16_t& sample : samples) {
      sample =
          static_cast<std::int16_t>(8000 * std::sin(2 * std::numbers::pi * 440 * double(n++) / sample_rate));
    }
    Bytes bytes;
    encoder->encode(samples, bytes);
    script.frame = binary_frame(pad(bytes));
    script.answer += script.frame;
  }
  append_frame(script.answer, Opcode::text, R"({"type":"agent_end","turn":1,"audio_ms":200})");
  return script;
}

class CallPeer final : public WebSocketPeer {
 public:
  CallPeer(Counts& counts, const Script& script) : counts_(counts), script_(script) {}

 private:
  void on_open() override { ++counts_.calls; }

  void on_message(Opcode opcode, std::string_view, std::string& out) override {
    if (opcode == Opcode::binary) {
      on_audio(out);
      return;
    }
    // Two text messages make a call: start, and stop.
    append_frame(out, Opcode::text, started_ ? R"({"type":"bye"})" : R"({"type":"ready"})");
    started_ = true;
  }

  void on_audio(std::string& out) {
    ++counts_.frames;
    watch_.frame_came(now_ns(), counts_.pace);
    ++frames_;
    const bool quiet = frames_ > frames_per_answer && frames_ % frames_per_answer < quiet_frames;
    if (script_.both_ways && !quiet) out += script_.frame;
    if (frames_ % frames_per_ack == 0) {
      append_frame(out, Opcode::text, fmt::format(R"({{"type":"ack","audio_ms":{}}})", frames_ * frame_ms));
    }
    if (frames_ % frames_per_answer == 0) out += script_.answer;
  }

  Counts& counts_;
  const Script& script_;
  PaceWatch watch_;
  unsigned frames_ = 0;
  bool started_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  Counts counts;
  const Script script = make_script(argc > 1 && std::string_view(argv[1]) == "both_ways");
  serve(1, [&](unsigned) { return std::make_unique<CallPeer>(counts, script); });
  fmt::print(R"({{"calls": {}, "frames": {}, "frames_measured": {}, "frames_expected": {:.0f}, )"
             R"("gap_error_p99_ms": {:.2f}}})"
             "\n",
             counts.calls, counts.frames, counts.pace.delivered, counts.pace.expected,
             counts.pace.gap_error_ms(0.99));
}
