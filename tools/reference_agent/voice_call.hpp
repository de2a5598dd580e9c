// The socket side of voice calls: the "binary" dialect of docs/protocols.md, the paced answers, barge-in and
// the limits. Belongs to the I/O thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "protocols/core/time.hpp"
#include "tools/reference_agent/web_socket.hpp"

namespace soundcheck::reference_agent {

class VoiceCall;

/// The voice calls in progress, and the one tick (every 10 ms) that paces the answers of all of them.
class VoiceCalls {
 public:
  explicit VoiceCalls(Services& services) : services_(services) {}

  void add(const std::string& call_id, VoiceCall& call) { by_id_.emplace(call_id, &call); }
  void remove(const std::string& call_id, VoiceCall& call);
  /// The call begins to speak; it is ticked until it stops.
  void start_talking(VoiceCall& call);
  /// Says bye to the call of this id if it is a voice call (it was ended over HTTP).
  void hang_up(const std::string& call_id);

 private:
  void tick();

  Services& services_;
  std::map<std::string, VoiceCall*> by_id_;
  std::set<VoiceCall*> talking_;
  bool ticking_ = false;
};

std::shared_ptr<WebSocket::Handler> make_voice_call(Services& services);

}  // namespace soundcheck::reference_agent
