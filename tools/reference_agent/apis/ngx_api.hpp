// The API of the NGX voice sales agent under /ngx: conversations with a state, recommendations, return on
// investment. Called on the I/O thread.
#pragma once

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/apis/id_book.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

class NgxApi {
 public:
  /// `capacity`: conversations that are kept; five times as many turns.
  NgxApi(Database& database, Control& control, std::int64_t capacity);

  static std::span<const Route<NgxApi>> routes();

 private:
  struct Conversation;

  ApiReply health(const ApiCall& x);
  ApiReply start(const ApiCall& x);
  ApiReply send_message(const ApiCall& x);
  ApiReply get(const ApiCall& x);
  ApiReply recommendations(const ApiCall& x);
  ApiReply roi(const ApiCall& x);
  ApiReply end(const ApiCall& x);

  std::optional<Conversation> find(std::string_view id);

  Database& database_;
  Control& control_;
  std::int64_t capacity_;
  IdBook ids_;
  Statement insert_, insert_turn_, select_, select_turns_, count_intents_, update_, end_, delete_,
      delete_old_, delete_old_turns_;
};

}  // namespace soundcheck::reference_agent
