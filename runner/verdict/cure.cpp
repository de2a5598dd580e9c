#include "runner/verdict/cure.hpp"

namespace soundcheck::verdict {

std::string_view cure(core::Stage stage) {
  switch (stage) {
    case core::Stage::resolve:
      return "check the host name of the target";
    case core::Stage::connect:
      return "is the target running and listening on this port? try curl on its health URL";
    case core::Stage::proxy:
      return "check the proxy's address and whether it may connect to the target";
    case core::Stage::tls:
      return "does this port speak TLS at all, and a version that both sides know?";
    case core::Stage::certificate:
      return "name the authority that signed it with tls.ca in the system file, or, for a test machine only, "
             "set tls.verify to false";
    case core::Stage::upgrade:
      return "check the WebSocket path and headers in the system file, and the target's connection limit";
    case core::Stage::write:
      return "the target closed while we were sending: look into its log";
    case core::Stage::read:
      return "the target closed before it had answered: look into its log for a crash or restart";
    case core::Stage::protocol:
      return "the answer breaks the protocol: check the dialect and path in the system file";
    case core::Stage::too_large:
      return "the answer is larger than the limit in the system file: raise it if such answers are expected";
    case core::Stage::redirect:
      return "ask for the final address, or allow the host in the system file";
    case core::Stage::check:
      return "the answer is not what the system file expects: read the text, then the target's log";
    case core::Stage::deadline:
      return "no answer in time: lower the load, or raise the timeout in the system file if this slow is "
             "fine";
    case core::Stage::rate_limited:
      return "lower the spawn rate or the number of users, or raise the target's rate limit for the test";
    case core::Stage::local:
      return "this machine is out of ports or descriptors: add source addresses, raise ulimit -n, or lower "
             "the load";
  }
  return "";
}

}  // namespace soundcheck::verdict
