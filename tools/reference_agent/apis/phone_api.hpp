// The Phone Agent's HTTP API under /api/v1, over the calls that the voice channel shares. Called on the I/O
// thread.
#pragma once

#include "tools/reference_agent/apis/api.hpp"
#include "tools/reference_agent/apis/phone_calls.hpp"

namespace soundcheck::reference_agent {

class PhoneApi {
 public:
  PhoneApi(PhoneCalls& calls, core::TimePoint started) : calls_(calls), started_(started) {}

  static std::span<const Route<PhoneApi>> routes();

 private:
  ApiReply health(const ApiCall& x);
  ApiReply agents(const ApiCall& x);
  ApiReply create_call(const ApiCall& x);
  ApiReply list_calls(const ApiCall& x);
  ApiReply get_call(const ApiCall& x);
  ApiReply get_transcript(const ApiCall& x);
  ApiReply end_call(const ApiCall& x);
  ApiReply summary(const ApiCall& x);
  ApiReply web_socket_only(const ApiCall& x);

  PhoneCalls& calls_;
  core::TimePoint started_;
};

/// True for an agent that `GET /agents` lists.
bool is_agent(std::string_view id);

}  // namespace soundcheck::reference_agent
