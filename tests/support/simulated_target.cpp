#include "tests/support/simulated_target.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "tests/support/tone_clip.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::support {

namespace {

constexpr std::size_t frames_per_ack = 10;
constexpr std::size_t looked_at = 16;  ///< bytes of a frame that tell silence from speech

/// What follows `name` up to `end`; empty if it is not there.
std::string_view value_of(std::string_view text, std::string_view name, std::string_view end) {
  const std::size_t at = text.find(name);
  if (at == text.npos) return {};
  const std::size_t begin = at + name.size();
  return text.substr(begin, text.find_first_of(end, begin) - begin);
}

std::uint32_t number_of(std::string_view text, std::string_view name) {
  return static_cast<std::uint32_t>(
      std::strtoul(std::string(value_of(text, name, ",}\r")).c_str(), nullptr, 10));
}

std::string json_answer(std::string_view status, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", status,
                     body.size(), body);
}

std::string api_answer(std::string_view method, std::string_view path) {
  constexpr std::string_view call =
      R"({"id":"c-000001","status":"in_progress","from":"+1","to":"+2","agent":"front-desk","started_at":"now"})";
  if (path.ends_with("/health")) return json_answer("200 OK", R"({"status":"healthy","version":"sim"})");
  if (path.ends_with("/agents")) return json_answer("200 OK", R"({"agents":[{"id":"front-desk"}]})");
  if (path.ends_with("/transcript")) return json_answer("200 OK", R"({"id":"c-000001","turns":[]})");
  if (path.ends_with("/end")) return json_answer("200 OK", R"({"status":"ended","duration_seconds":1.5})");
  if (path.ends_with("/metrics/summary"))
    return json_answer("200 OK", R"({"calls_total":1,"calls_in_progress":0})");
  if (path.ends_with("/calls") && method == "POST") return json_answer("201 Created", call);
  if (path.find("/calls?") != path.npos) return json_answer("200 OK", R"({"calls":[],"total":0})");
  if (path.find("/calls/") != path.npos) return json_answer("200 OK", call);
  return json_answer("404 Not Found", R"({"error":{"code":"not_found","message":"no such path"}})");
}

}  // namespace

/// One connection: HTTP until it is upgraded, then the event channel or a call.
class SimulatedPeer final : public Peer {
 public:
  explicit SimulatedPeer(SimulatedTarget& target) : target_(target), how_(target.behaviour) {}

  std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) override {
    if (target_.dead()) {
      channel.reset_at(channel.now(), ECONNRESET);
      return bytes.size();
    }
    received_ += bytes;
    std::string_view rest = received_;
    for (std::size_t used = 1; used > 0;) {
      used = mode_ == Mode::http ? take_request(channel, rest) : take_frame(channel, rest);
      rest.remove_prefix(used);
    }
    received_.erase(0, received_.size() - rest.size());
    return bytes.size();
  }

 private:
  enum class Mode : unsigned char { http, events, voice };

  std::size_t take_request(VirtualChannel& channel, std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return 0;
    const std::string_view head = bytes.substr(0, end + 2);
    const std::size_t size = end + 4 + number_of(head, "Content-Length: ");
    if (bytes.size() < size) return 0;
    const std::string_view method = head.substr(0, head.find(' '));
    const std::string_view path = value_of(head, " ", " ");
    const bool upgrade = head.find("Upgrade: websocket") != head.npos;
    if (target_.record_starts)
      target_.starts_.emplace_back(upgrade ? path : value_of(head, "X-User: ", "\r"), channel.now());
    if (upgrade) {
      ++target_.served_.connections;
      mode_ = path.ends_with("/voice") ? Mode::voice : Mode::events;
      channel.send_at(channel.now() + how_.echo_latency, accepting_answer(head));
      return size;
    }
    ++target_.served_.requests;
    const bool fails = (how_.http_error_every > 0 && ++requests_ % how_.http_error_every == 0) ||
                       (how_.variation && how_.variation->fails());
    channel.send_at(how_.answered_at(channel.now()),
                    fails ? json_answer("500 Internal Server Error", "{}") : api_answer(method, path));
    return size;
  }

  std::size_t take_frame(VirtualChannel& channel, std::string_view bytes) {
    const bool audio = !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x0fU) == 2;
    const auto frame = decode_client_frame(bytes, audio ? looked_at : std::string::npos);
    if (!frame) return 0;
    const core::TimePoint soon = channel.now() + how_.varied(how_.echo_latency, channel.now());
    if (frame->opcode == 8) {
      ++target_.served_.close_frames;
      if (!closing_) channel.send_at(soon, server_frame(8, frame->payload));
      channel.end_at(soon);
    } else if (frame->opcode == 9) {
      channel.send_at(soon, server_frame(10, frame->payload));
    } else if (audio) {
      hear(channel, *frame);
    } else if (mode_ == Mode::voice) {
      control(channel, frame->payload);
    } else if (frame->payload.find(R"("subscribe")") != std::string::npos) {
      channel.send_at(soon, server_frame(1, R"({"type":"subscribed","channel":"calls"})"));
    } else {
      channel.send_at(soon, server_frame(1, frame->payload));
    }
    return frame->size;
  }

  void control(VirtualChannel& channel, const std::string& message) {
    if (message.find(R"("start")") != std::string::npos) {
      ++target_.served_.calls;
      voice_ = &target_.voice_for(message);
      channel.send_at(channel.now() + how_.ready_after,
                      server_frame(1, R"({"type":"ready","call_id":"c-1"})"));
    } else {
      ++target_.served_.goodbyes;
      closing_ = true;
      channel.send_at(channel.now() + how_.echo_latency,
                      server_frame(1, R"({"type":"bye","turns":1})") + server_close(1000));
    }
  }

  void hear(VirtualChannel& channel, const ClientFrame& frame) {
    const core::TimePoint now = channel.now();
    if (target_.record_frame_times) target_.frame_times_.push_back(now);
    const bool silent = frame.length == voice_->silence.size() &&
                        frame.payload == std::string_view(voice_->silence).substr(0, looked_at);
    ++frames_;
    const double audio_ms = static_cast<double>(frames_ * voice_->frame_ms);
    if (frames_ % frames_per_ack == 0) {
      const double behind_ms = how_.reports_busy ? 0 : (how_.rtf - 1) * audio_ms;
      channel.send_at(now + how_.ack_after + core::from_seconds(behind_ms / 1e3),
                      server_frame(1, fmt::format(R"({{"type":"ack","audio_ms":{}}})", audio_ms)));
    }
    if (!silent) {
      if (spoken_++ == 0) channel.send_at(now, server_frame(1, R"({"type":"speech_started","turn":1})"));
      if (spoken_ == frames_per_ack)
        channel.send_at(now, server_frame(1, R"({"type":"partial","turn":1,"text":"check"})"));
    } else if (spoken_ > 0) {
      if (how_.answers) answer(channel, now + how_.varied(how_.final_after, now));
      spoken_ = 0;
    }
  }

  void answer(VirtualChannel& channel, core::TimePoint at) {
    const double turn_ms = static_cast<double>(spoken_ * voice_->frame_ms);
    const std::string busy = how_.reports_busy
                                 ? fmt::format(R"(,"busy_ms":{},"turn_audio_ms":{})",
                                               how_.rtf * how_.factor(channel.now()) * turn_ms, turn_ms)
                                 : "";
    const std::size_t position_ms = frames_ * voice_->frame_ms;
    channel.send_at(
        at, server_frame(
                1, fmt::format(R"({{"type":"final","turn":1,"text":"check my balance","audio_ms":{}{}}})",
                               position_ms, busy)));
    channel.send_at(at, server_frame(1, R"({"type":"agent_start","turn":1,"text":"twenty dollars"})"));
    for (std::size_t i = 0; i < how_.answer_frames; ++i) {
      channel.send_at(at, voice_->frames[i % voice_->frames.size()]);
      at += std::chrono::milliseconds(voice_->frame_ms);
    }
    channel.send_at(at, server_frame(1, R"({"type":"agent_end","turn":1})"));
  }

  SimulatedTarget& target_;
  const Behaviour& how_;
  Mode mode_ = Mode::http;
  std::string received_;
  std::size_t requests_ = 0;
  const SimulatedTarget::Voice* voice_ = nullptr;
  std::size_t frames_ = 0;
  std::size_t spoken_ = 0;  ///< frames of the utterance in progress
  bool closing_ = false;
};

const SimulatedTarget::Voice& SimulatedTarget::voice_for(const std::string& start_message) {
  const auto known = voices_.find(start_message);
  if (known != voices_.end()) return known->second;
  const auto encoding = audio::encoding_from_string(value_of(start_message, R"("encoding":")", "\""));
  const std::uint32_t rate = number_of(start_message, R"("sample_rate":)");
  Voice& voice = voices_[start_message];
  voice.frame_ms = number_of(start_message, R"("frame_ms":)");
  const auto clip =
      audio::encode_clip(tone_clip("agent", 50, rate, voice.frame_ms), *encoding, voice.frame_ms);
  for (const audio::Bytes& frame : clip->frames)
    voice.frames.push_back(server_frame(2, {reinterpret_cast<const char*>(frame.data()), frame.size()}));
  voice.silence.assign(clip->silence.begin(), clip->silence.end());
  return voice;
}

DialAnswer SimulatedTarget::answer_dial(const net::Address&) {
  if (dead()) return {behaviour.connect_time, ECONNREFUSED, nullptr};
  return {behaviour.connect_time, 0, std::make_unique<SimulatedPeer>(*this)};
}

}  // namespace soundcheck::support
