// The API of the learning voice agent under /learning: sessions whose answers come token by token, and
// progress. Called on the I/O thread.
#pragma once

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/apis/id_book.hpp"
#include "tools/reference_agent/control.hpp"

namespace soundcheck::reference_agent {

class LearningApi {
 public:
  /// `capacity`: sessions that are kept.
  LearningApi(Database& database, Control& control, std::int64_t capacity);

  static std::span<const Route<LearningApi>> routes();

 private:
  struct LearningSession;

  ApiReply health(const ApiCall& x);
  ApiReply list_topics(const ApiCall& x);
  ApiReply start(const ApiCall& x);
  ApiReply take_turn(const ApiCall& x);
  ApiReply progress(const ApiCall& x);
  ApiReply remove(const ApiCall& x);

  std::optional<LearningSession> find(std::string_view id);

  Database& database_;
  Control& control_;
  std::int64_t capacity_;
  IdBook ids_;
  Statement insert_, select_, update_, delete_, delete_old_;
};

}  // namespace soundcheck::reference_agent
