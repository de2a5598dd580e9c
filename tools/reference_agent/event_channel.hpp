// The event channel: who has subscribed, and what each connection says and hears. Belongs to the I/O thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "tools/reference_agent/web_socket.hpp"

namespace soundcheck::reference_agent {

struct Call;

/// The connections that have subscribed to the channel "calls".
class EventHub {
 public:
  void subscribe(WebSocket& socket) { subscribers_.insert(&socket); }
  void unsubscribe(WebSocket& socket) { subscribers_.erase(&socket); }
  /// Sends `{"type":…,"call":…}` to all subscribers; returns how many were too slow and lost it.
  std::size_t publish(std::string_view type, const Call& call);

 private:
  std::set<WebSocket*> subscribers_;
};

std::shared_ptr<WebSocket::Handler> make_event_session(Services& services);

}  // namespace soundcheck::reference_agent
