// One caller: dials, streams audio in frames on an absolute schedule without ever falling silent, listens,
// takes its turns, and hangs up. A paced writer (run_one) and a reader (pump) share one Turn. Shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "protocols/audio/pacer.hpp"
#include "protocols/audio/playout.hpp"
#include "protocols/core/pause.hpp"
#include "protocols/core/rtf_source.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/signal.hpp"
#include "protocols/dialects/dialect.hpp"
#include "protocols/net/user_context.hpp"
#include "protocols/voice/turn.hpp"
#include "protocols/voice/unpaced_probe.hpp"
#include "protocols/websocket/connection.hpp"

namespace soundcheck::voice {

/// Calls of one encoding are one task.
struct Variant {
  core::TaskId task = 0;
  dialects::AudioFormat format;
  std::vector<audio::EncodedClipPtr> clips;  ///< at least one
};

/// Immutable, shared between shards.
struct Workload {
  std::vector<Variant> variants;  ///< calls take them in turn; at least one
  std::string dialect;            ///< in the dialect table
  websocket::UpgradeRequest upgrade;
  core::RtfSource rtf = core::RtfSource::automatic;
  std::uint32_t turns = 1;
  core::Duration setup_timeout{};
  core::Duration answer_timeout{};
  core::Pause pause_before_turn;
  core::Pause pause_between_calls;
  bool abrupt_hang_up = false;  ///< the connection just ends, without a goodbye
};

class CallSession final : public core::Session, private websocket::Listener {
 public:
  /// The workload and what the context refers to outlive the session.
  CallSession(const Workload& workload, const net::UserContext& context);
  ~CallSession() override;

  core::Task<void> run_one(core::TimePoint intended, core::TimePoint until) override;
  core::Duration think_time() override;
  void close() override {}

 private:
  void on_message(websocket::Opcode opcode, std::string_view payload) override;
  void on_pong(std::string_view) override {}
  void handle(const dialects::Event& event);
  void handle_agent_audio(std::string_view audio);

  core::Task<void> pump();
  /// Sends the opening messages and waits until the target takes audio. Nothing on success.
  core::Task<std::optional<core::Failure>> wait_ready(core::TimePoint deadline);
  /// Streams frames until the script has ended. Nothing on success.
  core::Task<std::optional<core::Failure>> talk();
  core::Task<void> hang_up();
  void begin_turn(std::uint64_t frame);
  void report_turn();
  void report_rtf();
  /// Whether the call ends with an unpaced utterance, to measure the real-time factor.
  bool wants_unpaced() const;
  core::Task<void> measure_unpaced(std::uint64_t next_frame);
  void report_end(const std::optional<core::Failure>& failure);
  bool send_all(const std::vector<dialects::Outgoing>& messages);
  std::optional<core::Failure> send_frame(std::uint64_t index, core::TimePoint due);

  const Workload& workload_;
  const net::UserContext context_;
  core::Random random_;
  std::uint64_t call_number_;
  bool ever_connected_ = false;
  core::TimePoint free_since_ = core::TimePoint::min();  ///< the end of the call before
  core::TimePoint until_;                                ///< no turn begins after it
  bool refused_ = false;                                 ///< the last attempt to connect failed

  // Of the call in progress.
  const Variant* variant_ = nullptr;
  std::unique_ptr<dialects::Dialect> dialect_;
  std::unique_ptr<websocket::Connection> connection_;
  websocket::Traffic reported_;
  std::unique_ptr<audio::Decoder> decoder_;
  std::vector<std::int16_t> decoded_;
  core::Signal changed_;
  AudioClock clock_;
  audio::Playout playout_;
  audio::EncodedClipPtr utterance_;
  std::optional<Turn> turn_;
  std::uint32_t turns_done_ = 0;
  std::uint64_t next_turn_frame_ = 0;
  std::optional<UnpacedProbe> unpaced_;
  bool busy_reported_ = false;
  bool audible_ = false;  ///< in the answer in progress
  bool ready_ = false;
  TimePoint ready_at_;  ///< when the target was ready for audio
  bool said_goodbye_ = false;
  std::optional<core::Failure> call_failure_;  ///< reported by the target, or found in what it sent
};

}  // namespace soundcheck::voice
