#include "tools/reference_agent/voice_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "tools/reference_agent/call_audio.hpp"
#include "tools/reference_agent/messages.hpp"
#include "tools/reference_agent/rtf_clock.hpp"
#include "tools/reference_agent/services.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr core::Duration tick_period = 10ms;
constexpr core::Duration answer_lead = 200ms;                      // how far audio is sent ahead of real time
constexpr core::Duration start_patience = 10s;                     // for the start message
constexpr std::size_t hopeless_queue = 4 * WebSocket::full_queue;  // the caller has stopped reading

struct StartRequest {
  std::optional<AudioFormat> format;
  std::string error;  ///< all mistakes in one line
};

StartRequest parse_start(const json::object& object) {
  std::vector<std::string> mistakes;
  AudioFormat format;
  const auto encoding = text_at(object, "encoding");
  const auto known = encoding ? audio::encoding_from_string(*encoding) : std::nullopt;
  if (known) {
    format.encoding = *known;
  } else {
    mistakes.emplace_back("encoding must be pcm16, mulaw or opus");
  }
  const auto rate = number_at(object, "sample_rate");
  if (rate && *rate >= 8000 && *rate <= 48000 && *rate % 1000 == 0) {
    format.sample_rate = *rate;
  } else {
    mistakes.emplace_back("sample_rate must be from 8000 to 48000 in whole thousands");
  }
  const auto frame = number_at(object, "frame_ms");
  if (frame && *frame >= 10 && *frame <= 60) {
    format.frame_ms = *frame;
  } else {
    mistakes.emplace_back("frame_ms must be from 10 to 60");
  }
  if (object.contains("channels") && number_at(object, "channels") != 1U)
    mistakes.emplace_back("channels must be 1");
  if (mistakes.empty() &&
      audio::make_encoder(format.encoding, format.sample_rate, format.frame_ms) == nullptr) {
    mistakes.emplace_back("opus takes 8, 12, 16, 24 or 48 kHz and frames of 10, 20, 40 or 60 ms");
  }
  if (mistakes.empty()) return {format, {}};
  return {std::nullopt, fmt::format("{}", fmt::join(mistakes, "; "))};
}

std::uint64_t position_of(const SpeechEvent& event) {
  return std::visit([](const auto& e) { return e.audio_ms; }, event);
}

}  // namespace

class VoiceCall final : public WebSocket::Handler, public std::enable_shared_from_this<VoiceCall> {
 public:
  explicit VoiceCall(Services& services) : services_(services) {}

  void on_open(WebSocket& socket) override {
    socket_ = &socket;
    later(start_patience, [this] {
      if (state_ == State::waiting)
        fail("no_start", "no start message came; send {\"type\":\"start\",…} first");
    });
  }

  void on_text(std::string_view text) override {
    if (services_.control.drop_message()) return socket_->reset();
    const auto message = parse_message(text);
    switch (state_) {
      case State::waiting:
        if (message && message->type == "start") return start(message->object);
        return fail("not_started", R"(send {"type":"start",…} first)");
      case State::active:
        if (message && message->type == "stop") return stop();
        return socket_->send_text(
            error_message("invalid_message", R"(the only message during a call is {"type":"stop"})"));
      case State::stopping:
      case State::over:
        return;
    }
  }

  void on_binary(std::span<const std::uint8_t> bytes) override {
    switch (state_) {
      case State::waiting:
        return fail("not_started", R"(send {"type":"start",…} before audio)");
      case State::active:
        return take_frame(bytes);
      case State::stopping:
      case State::over:
        return;
    }
  }

  void on_closed() override {
    end();
    socket_ = nullptr;
  }

  /// Sends the frames that are due; false when the answer is complete or there is none.
  bool tick(core::TimePoint time) {
    if (socket_ == nullptr || !answer_) return false;
    if (socket_->queued() > hopeless_queue) {
      socket_->reset();
      return false;
    }
    const auto frame = std::chrono::milliseconds(answer_->frame_ms);
    while (next_frame_ < answer_->frames.size() && talk_began_ + next_frame_ * frame - answer_lead <= time) {
      socket_->send_binary(answer_->frames[next_frame_++]);
    }
    if (next_frame_ < answer_->frames.size()) return true;
    socket_->send_text(
        fmt::format(R"({{"type":"agent_end","turn":{},"audio_ms":{}}})", answer_turn_, answer_->audio_ms()));
    answer_.reset();
    return false;
  }

  void say_bye() {
    if (socket_ == nullptr || state_ == State::over) return;
    socket_->drop_queued_binary();
    socket_->send_text(fmt::format(R"({{"type":"bye","turns":{},"audio_ms":{:.0f}}})", turns_, received_ms_));
    socket_->close(1000, "bye");
    end();
  }

 private:
  enum class State : unsigned char { waiting, active, stopping, over };

  void start(const json::object& object) {
    const auto request = parse_start(object);
    if (!request.format) return fail("invalid_start", request.error);
    std::optional<Call> call;
    try {
      call = services_.calls.create("voice", "agent", "front-desk", moment());
    } catch (const DatabaseError& error) {
      return fail("storage_failed", fmt::format("the database of the agent says: {}", error.what()));
    }
    if (!call) return fail("too_many_calls", "too many calls in progress; end some of them first");
    state_ = State::active;
    call_id_ = call->id();
    services_.voice_calls.add(call_id_, *this);
    ++services_.control.counters.voice_calls;
    format_ = *request.format;
    counter_ = audio::make_decoder(format_.encoding, format_.sample_rate);
    if (const auto rtf = services_.control.rtf()) rtf_clock_.emplace(*rtf);
    if (services_.speech != nullptr) {
      audio_ =
          CallAudio::make(format_, services_.options.endpoint_silence_ms, *services_.speech,
                          [&io = services_.io, weak = weak_from_this()](std::vector<SpeechEvent> events) {
                            boost::asio::post(io, [weak, found = std::move(events)]() mutable {
                              if (const auto self = weak.lock()) self->take_events(std::move(found));
                            });
                          });
    }
    socket_->send_text(
        fmt::format(R"({{"type":"ready","call_id":"{}","encoding":"{}","sample_rate":{},"frame_ms":{}}})",
                    call_id_, audio::to_string(format_.encoding), format_.sample_rate, format_.frame_ms));
  }

  void take_frame(std::span<const std::uint8_t> bytes) {
    const double length_ms = counter_->sample_count(bytes) * 1000.0 / format_.sample_rate;
    if (length_ms <= 0 || length_ms > max_frame_ms) {
      return fail("invalid_audio", fmt::format("a binary message must be one frame of {}, at most {} ms",
                                               audio::to_string(format_.encoding), max_frame_ms));
    }
    ++services_.control.counters.frames_received;
    received_ms_ += length_ms;
    if (!audio_)
      return socket_->send_binary(std::make_shared<const audio::Bytes>(bytes.begin(), bytes.end()));

    double backlog = received_ms_ - static_cast<double>(audio_->processed_ms());
    if (rtf_clock_) {
      const auto time = now();
      rtf_clock_->arrive(time, length_ms);
      backlog = std::max(backlog, rtf_clock_->backlog_ms(time));
    }
    if (backlog > services_.options.max_backlog_ms) {
      return fail("backlog",
                  fmt::format("{:.0f} ms of audio wait to be processed, more than the {} ms allowed; the "
                              "agent is overloaded",
                              backlog, services_.options.max_backlog_ms));
    }
    audio_->push(bytes);
  }

  void stop() {
    if (!audio_) return say_bye();
    state_ = State::stopping;
    audio_->finish();
  }

  /// With a fixed real-time factor what was found waits for its time, else it is told at once.
  void take_events(std::vector<SpeechEvent> events) {
    for (auto& event : events) {
      if (state_ == State::over) return;
      if (!rtf_clock_) {
        std::visit([this](auto& e) { tell(e); }, event);
        continue;
      }
      const auto due = rtf_clock_->finished(static_cast<double>(position_of(event)));
      held_.push_back({due, std::move(event)});
      if (held_.size() == 1) release_later();
    }
  }

  void release_later() {
    services_.agenda.at(held_.front().due, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->release_held();
    });
  }

  void release_held() {
    const auto time = now();
    while (!held_.empty() && held_.front().due <= time) {
      auto event = std::move(held_.front().event);
      held_.pop_front();
      if (state_ == State::over) return;
      std::visit([this](auto& e) { tell(e); }, event);
    }
    if (!held_.empty()) release_later();
  }

  void tell(const Acknowledged& e) {
    socket_->send_text(fmt::format(R"({{"type":"ack","audio_ms":{}}})", e.audio_ms));
  }

  void tell(const SpeechStarted& e) {
    socket_->send_text(
        fmt::format(R"({{"type":"speech_started","turn":{},"audio_ms":{}}})", e.turn, e.begin_ms));
  }

  void tell(const SpeechGoesOn&) {
    if (!answer_) return;
    answer_.reset();
    socket_->drop_queued_binary();
    socket_->send_text(fmt::format(R"({{"type":"interrupted","turn":{}}})", answer_turn_));
  }

  void tell(const PartialText& e) {
    socket_->send_text(fmt::format(R"({{"type":"partial","turn":{},"text":{},"audio_ms":{}}})", e.turn,
                                   json::serialize(json::value(e.text)), e.audio_ms));
  }

  void tell(const TurnEnded& e) {
    ++turns_;
    ++services_.control.counters.turns;
    const double busy_ms = rtf_clock_ ? rtf_clock_->rtf() * static_cast<double>(e.turn_audio_ms) : e.busy_ms;
    socket_->send_text(fmt::format(
        R"({{"type":"final","turn":{},"text":{},"audio_ms":{},"speech_end_ms":{},"busy_ms":{:.3f},"turn_audio_ms":{}}})",
        e.turn, json::serialize(json::value(e.text)), e.audio_ms, e.speech_end_ms, busy_ms, e.turn_audio_ms));
    keep([&] { services_.calls.add_turn(call_id_, {"caller", e.text}); });
    const auto delay = services_.control.answer_delay();
    if (delay <= core::Duration::zero()) return talk(e.turn, e.answer);
    later(delay, [this, turn = e.turn, answer = e.answer] { talk(turn, answer); });
  }

  void tell(const InvalidAudio& e) {
    fail("invalid_audio", fmt::format("the frame after {} ms of audio cannot be decoded", e.audio_ms));
  }

  void tell(const Drained&) { say_bye(); }

  void talk(std::uint64_t turn, const SpokenAnswerPtr& answer) {
    if (state_ != State::active) return;
    if (answer_) tell(SpeechGoesOn{});  // the answer before is out of date
    answer_ = answer;
    answer_turn_ = turn;
    next_frame_ = 0;
    talk_began_ = now();
    keep([&] { services_.calls.add_turn(call_id_, {"agent", answer->text}); });
    socket_->send_text(fmt::format(R"({{"type":"agent_start","turn":{},"text":{}}})", turn,
                                   json::serialize(json::value(answer->text))));
    if (tick(talk_began_)) services_.voice_calls.start_talking(*this);
  }

  void fail(std::string_view code, std::string_view message) {
    socket_->drop_queued_binary();
    socket_->send_text(error_message(code, message));
    socket_->close(1008, code);
    end();
  }

  /// Writes what happened on the call. A database that cannot (a full disk, most likely) does not stop a
  /// call; requests say so, and what has not ended there can be ended over HTTP.
  template <class F>
  static void keep(F what) {
    try {
      what();
    } catch (const DatabaseError&) {
    }
  }

  /// The call is over; its recogniser and its place among the calls become free.
  void end() {
    if (std::exchange(state_, State::over) == State::over) return;
    answer_.reset();
    audio_.reset();
    held_.clear();
    if (call_id_.empty()) return;
    services_.voice_calls.remove(call_id_, *this);
    keep([&] {
      const auto call = services_.calls.find(call_id_);
      if (call && !call->ended()) services_.calls.end(*call, moment());
    });
  }

  /// Does something after a while, if the call is not over by then.
  template <class F>
  void later(core::Duration delay, F what) {
    services_.agenda.at(now() + delay, [weak = weak_from_this(), what = std::move(what)] {
      const auto self = weak.lock();
      if (self && self->state_ != State::over) what();
    });
  }

  struct Held {
    core::TimePoint due;
    SpeechEvent event;
  };

  Services& services_;
  WebSocket* socket_ = nullptr;
  State state_ = State::waiting;
  std::string call_id_;
  AudioFormat format_;
  std::unique_ptr<audio::Decoder> counter_;  // counts samples on this thread; the pipeline has its own
  std::shared_ptr<CallAudio> audio_;         // nullptr: echo
  std::optional<RtfClock> rtf_clock_;
  std::deque<Held> held_;
  double received_ms_ = 0;
  std::uint64_t turns_ = 0;

  SpokenAnswerPtr answer_;  // while the agent talks
  std::uint64_t answer_turn_ = 0;
  std::size_t next_frame_ = 0;
  core::TimePoint talk_began_;
};

void VoiceCalls::remove(const std::string& call_id, VoiceCall& call) {
  by_id_.erase(call_id);
  talking_.erase(&call);
}

void VoiceCalls::hang_up(const std::string& call_id) {
  const auto call = by_id_.find(call_id);
  if (call != by_id_.end()) call->second->say_bye();
}

void VoiceCalls::start_talking(VoiceCall& call) {
  talking_.insert(&call);
  if (!std::exchange(ticking_, true)) services_.agenda.at(now() + tick_period, [this] { tick(); });
}

void VoiceCalls::tick() {
  const auto time = now();
  std::erase_if(talking_, [time](VoiceCall* call) { return !call->tick(time); });
  ticking_ = !talking_.empty();
  if (ticking_) services_.agenda.at(time + tick_period, [this] { tick(); });
}

std::shared_ptr<WebSocket::Handler> make_voice_call(Services& services) {
  return std::make_shared<VoiceCall>(services);
}

}  // namespace soundcheck::reference_agent
