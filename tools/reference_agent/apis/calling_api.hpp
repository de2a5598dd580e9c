// The API of the AI calling platform under /calling: imports of contacts, scheduled calls, retries, the queue
// and the dashboard, behind an API key. Called on the I/O thread.
#pragma once

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/call_lines.hpp"
#include "tools/reference_agent/apis/contact_upload.hpp"
#include "tools/reference_agent/apis/rate_meter.hpp"

namespace soundcheck::reference_agent {

class CallingApi {
 public:
  /// `capacity`: calls and imports that are kept.
  CallingApi(Database& database, Control& control, std::int64_t capacity, std::string api_key);

  static std::span<const Route<CallingApi>> routes();

  /// Reads the body of an import as it comes; nullptr if this request is none.
  std::unique_ptr<ContactUpload> open_upload(const ApiRequest& request, const Moment& now);

  /// Does what has become due in the queue. To be called often: every 50 ms or so.
  void work(const Moment& now);

 private:
  ApiReply health(const ApiCall& x);
  ApiReply import_contacts(const ApiCall& x);
  ApiReply get_import(const ApiCall& x);
  ApiReply schedule(const ApiCall& x);
  ApiReply list_calls(const ApiCall& x);
  ApiReply get_call(const ApiCall& x);
  ApiReply retry(const ApiCall& x);
  ApiReply dashboard(const ApiCall& x);
  ApiReply queue(const ApiCall& x);

  /// The answer of `Handler`, or the 401 for those without the key.
  template <ApiReply (CallingApi::*Handler)(const ApiCall&)>
  ApiReply with_key(const ApiCall& x) {
    if (auto refusal = check_key(x)) return std::move(*refusal);
    return (this->*Handler)(x);
  }
  std::optional<ApiReply> check_key(const ApiCall& x);
  bool has_key(const ApiRequest& request) const;
  std::int64_t depth() const;

  Control& control_;
  std::string api_key_;
  ImportQueue imports_;
  CallLines lines_;
  RateMeter rate_;
  std::int64_t processed_ = 0;
  std::int64_t failed_ = 0;  // of those
};

}  // namespace soundcheck::reference_agent
