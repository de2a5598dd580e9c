// A whole Phone Agent in virtual time: HTTP API, event channel and voice channel, with latencies, errors and
// a real-time factor that the test chooses. It answers every connection on its own, so what one user sees
// does not depend on the others. Owned by a test, used on its thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/variation.hpp"
#include "tests/support/virtual_network.hpp"

namespace soundcheck::support {

/// What the voice channel does falls between the frames of a caller: at equal times the order would depend on
/// the other users.
struct Behaviour {
  core::Duration connect_time = std::chrono::microseconds(200);
  core::Duration http_latency = std::chrono::milliseconds(5);
  /// The API stands still for this long at the end of every `stall_period`, counted from time zero; what
  /// comes meanwhile is answered when it goes on.
  core::Duration stall{};
  core::Duration stall_period = std::chrono::seconds(10);
  std::size_t http_error_every = 0;  ///< every so manieth request of a connection is answered 500; 0: none
  core::Duration echo_latency = std::chrono::milliseconds(2);   ///< of the event channel and of pongs
  core::Duration ready_after = std::chrono::milliseconds(20);   ///< from the voice channel's start to ready
  core::Duration ack_after = std::chrono::milliseconds(45);     ///< from a frame to its acknowledgement
  core::Duration final_after = std::chrono::milliseconds(305);  ///< from the first silent frame to the final
  std::size_t answer_frames = 50;
  double rtf = 0.25;
  bool reports_busy = true;  ///< else the acknowledgements fall behind as rtf says
  bool answers = true;
  /// How its times and its real-time factor vary, and which requests it answers 500; nothing: not at all.
  /// What one user sees depends on the others then, so only runs of one shard repeat exactly.
  std::shared_ptr<Variation> variation;
  /// From then on it refuses connections, and resets a connection on which something is sent.
  std::optional<core::TimePoint> dies_at;

  /// When the API answers what came at `now`.
  core::TimePoint answered_at(core::TimePoint now) const {
    const core::Duration into = now.time_since_epoch() % stall_period;
    const bool stalled = into >= stall_period - stall;
    return (stalled ? now + (stall_period - into) : now) + varied(http_latency, now);
  }
  double factor(core::TimePoint now) const { return variation ? variation->factor(now) : 1; }
  core::Duration varied(core::Duration time, core::TimePoint now) const {
    return variation ? core::from_seconds(core::to_seconds(time) * factor(now)) : time;
  }
};

/// What a target has done since it began.
struct Served {
  std::uint64_t requests = 0;     ///< of the API
  std::uint64_t connections = 0;  ///< WebSockets of either channel
  std::uint64_t calls = 0;        ///< of the voice channel
  std::uint64_t goodbyes = 0;     ///< calls whose caller said that it ends them
  std::uint64_t close_frames = 0;
  Served& operator+=(const Served& other) {
    requests += other.requests;
    connections += other.connections;
    calls += other.calls;
    goodbyes += other.goodbyes;
    close_frames += other.close_frames;
    return *this;
  }
};

class SimulatedTarget final : public VirtualNetwork {
 public:
  using VirtualNetwork::VirtualNetwork;

  Behaviour behaviour;
  bool record_frame_times = false;
  bool record_starts = false;

  const Served& served() const { return served_; }
  /// When each binary frame of a caller came, over all calls.
  const std::vector<core::TimePoint>& frame_times() const { return frame_times_; }
  /// When each thing began: an HTTP request under the value of its X-User header, an upgrade under its path.
  const std::vector<std::pair<std::string, core::TimePoint>>& starts() const { return starts_; }

 private:
  friend class SimulatedPeer;
  /// The agent's voice in one encoding: frames on the wire, and how a silent frame of a caller looks.
  struct Voice {
    std::vector<std::string> frames;
    std::string silence;
    std::uint32_t frame_ms = 20;
  };
  DialAnswer answer_dial(const net::Address& address) override;
  bool dead() { return behaviour.dies_at && timeline().now() >= *behaviour.dies_at; }
  const Voice& voice_for(const std::string& start_message);

  std::map<std::string, Voice> voices_;  ///< by start message
  Served served_;
  std::vector<core::TimePoint> frame_times_;
  std::vector<std::pair<std::string, core::TimePoint>> starts_;
};

}  // namespace soundcheck::support
