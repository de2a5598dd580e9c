// The API of the AgentIQ chat centre under /agentiq: accounts with tokens that expire, and each account's
// interactions, chats, analytics, drafts and syncs. Called on the I/O thread.
#pragma once

#include "tools/reference_agent/apis/agentiq_accounts.hpp"

namespace soundcheck::reference_agent {

class AgentiqApi {
 public:
  /// `capacity`: accounts, drafts and syncs that are kept; five times as many interactions and chats in all,
  /// and max_of_an_account of each for one account.
  AgentiqApi(Database& database, Control& control, std::int64_t capacity);

  static constexpr std::int64_t max_of_an_account = 1000;

  static std::span<const Route<AgentiqApi>> routes();

 private:
  using Account = std::int64_t;

  ApiReply health(const ApiCall& x);
  ApiReply register_account(const ApiCall& x) { return accounts_.register_account(x); }
  ApiReply log_in(const ApiCall& x) { return accounts_.log_in(x); }
  ApiReply refresh(const ApiCall& x) { return accounts_.refresh(x); }

  ApiReply list_interactions(const ApiCall& x, Account account);
  ApiReply get_interaction(const ApiCall& x, Account account);
  ApiReply list_chats(const ApiCall& x, Account account);
  ApiReply get_chat(const ApiCall& x, Account account);
  ApiReply quality_metrics(const ApiCall& x, Account account);
  ApiReply ops_alerts(const ApiCall& x, Account account);
  ApiReply make_draft(const ApiCall& x, Account account);
  ApiReply start_sync(const ApiCall& x, Account account);
  ApiReply get_sync(const ApiCall& x, Account account);
  ApiReply seed(const ApiCall& x, Account account);

  /// The answer of `Handler` for the account of the request's token, or the 401.
  template <ApiReply (AgentiqApi::*Handler)(const ApiCall&, Account)>
  ApiReply with_account(const ApiCall& x) {
    auto account = accounts_.authenticate(x);
    if (auto* refusal = std::get_if<ApiReply>(&account)) return std::move(*refusal);
    return (this->*Handler)(x, std::get<Account>(account));
  }

  Database& database_;
  std::int64_t capacity_;
  AgentiqAccounts accounts_;
  Statement insert_interaction_, select_interactions_, count_interactions_, select_interaction_,
      limit_interactions_, delete_old_interactions_;
  Statement insert_chat_, select_chats_, count_chats_, select_chat_, limit_chats_, delete_old_chats_;
  Statement select_quality_, select_low_quality_, select_long_waits_;
  Statement insert_draft_, delete_old_drafts_, insert_sync_, select_sync_, delete_old_syncs_;
};

}  // namespace soundcheck::reference_agent
