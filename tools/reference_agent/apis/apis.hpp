// All APIs of the agent, behind one function. Owned by the Services, belongs to the I/O thread.
#pragma once

#include <functional>
#include <memory>

#include "tools/reference_agent/apis/contact_upload.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/apis/phone_calls.hpp"
#include "tools/reference_agent/apis/routes.hpp"
#include "tools/reference_agent/control.hpp"
#include "tools/reference_agent/options.hpp"

namespace soundcheck::reference_agent {

class Apis {
 public:
  /// Throws DatabaseError.
  Apis(const Options& options, Database& database, PhoneCalls& calls, Control& control,
       core::TimePoint started);
  ~Apis();

  /// Answers any request, also one without a route; never throws for anything that a client can send. What
  /// the database cannot do (a full disk) is a 503.
  ApiReply answer(const ApiRequest& request, const Moment& now);

  /// Who reads the body of this request as it comes (its body and upload are not known yet); nullptr if it is
  /// to be read as a whole.
  std::unique_ptr<ContactUpload> open_upload(const ApiRequest& header, const Moment& now);

  /// Does what has become due without a request. To be called often: every 50 ms or so.
  void work(const Moment& now);

 private:
  struct Parts;

  std::unique_ptr<Parts> parts_;
  std::vector<std::function<ApiReply(const ApiCall&)>> answers_;  // in the order of all_routes
};

}  // namespace soundcheck::reference_agent
