// The accounts of AgentIQ: registering, logging in, and the tokens that say who asks. Belongs to the I/O
// thread.
#pragma once

#include <variant>

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/apis/json_web_token.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

class AgentiqAccounts {
 public:
  /// `capacity`: accounts that are kept; the oldest leave.
  AgentiqAccounts(Database& database, Control& control, std::int64_t capacity);

  ApiReply register_account(const ApiCall& x);
  ApiReply log_in(const ApiCall& x);
  ApiReply refresh(const ApiCall& x);

  /// The account that the request's bearer token names, or the 401.
  std::variant<std::int64_t, ApiReply> authenticate(const ApiCall& x);

 private:
  ApiReply give_tokens(std::int64_t account, const Moment& now);
  ApiReply refuse(TokenFault fault);

  Database& database_;
  Control& control_;
  std::int64_t capacity_;
  TokenSigner signer_;
  std::int64_t last_serial_ = 0;
  Statement insert_, select_by_email_, select_by_id_, delete_old_;
};

}  // namespace soundcheck::reference_agent
