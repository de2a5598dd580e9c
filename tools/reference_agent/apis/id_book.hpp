// The ids that a store of conversations has given out, so that the counts can tell a client that makes ids up
// from one whose conversation has gone. Belongs to the I/O thread.
#pragma once

#include <algorithm>
#include <string>

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

class IdBook {
 public:
  /// `last`: the number that was given out last.
  IdBook(std::string prefix, std::int64_t last, ConversationCounts& counts)
      : prefix_(std::move(prefix)), last_(last), counts_(counts) {}

  std::string give_out(std::int64_t number) {
    last_ = number;
    ++counts_.started;
    return make_id(prefix_, number);
  }
  std::string text(std::int64_t number) const { return make_id(prefix_, number); }
  /// 0 for what is no id of ours.
  std::int64_t number(std::string_view id) const { return parse_id(prefix_, id).value_or(0); }

  /// Counts a request for a conversation that is not there, and answers it.
  ApiReply missing(std::string_view id) {
    const std::int64_t asked = number(id);
    const bool given_out = asked >= 1 && asked <= last_;
    ++(given_out ? counts_.forgotten_ids : counts_.unknown_ids);
    return error_reply(404, "unknown_id",
                       given_out ? "what had this id has gone" : "this id has never been given out");
  }

 private:
  std::string prefix_;
  std::int64_t last_;
  ConversationCounts& counts_;
};

}  // namespace soundcheck::reference_agent
