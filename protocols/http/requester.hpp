// Sends the requests of one user and gets their answers: over one kept connection a host, following redirects
// and keeping cookies as the workload says. Knows nothing of checks. Belongs to one user; shard's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/http/connection.hpp"
#include "protocols/http/cookie_jar.hpp"
#include "protocols/http/http_task.hpp"
#include "protocols/net/user_context.hpp"

namespace soundcheck::http {

class Requester {
 public:
  /// The workload and what the context refers to outlive it.
  Requester(const Workload& workload, const net::UserContext& context);
  ~Requester();

  /// At the start of a task: its deadline, and its cookies.
  void begin_task();
  /// One request with the redirects behind it, counted under `task`. Nothing on success.
  core::Task<std::optional<core::Failure>> send(const RequestStep& step, core::TaskId task,
                                                const core::Variables& variables);
  /// After send(): whether an answer came (also if a redirect then could not be followed).
  bool answered() const { return answered_; }
  /// When its parts happened.
  const Exchange& exchange() const { return exchange_; }
  /// The answer, until release().
  const Response& response() const { return host_->connection->response(); }
  /// Of the answer, if the step streams; else null.
  TokenStream* stream() { return stream_ ? &*stream_ : nullptr; }
  const CookieJar& cookies() const { return jar_; }
  /// The answer is not needed any more: closes a connection that carries no further request.
  void release();

  /// Whether the last attempt to connect failed.
  bool refused() const { return refused_; }
  void close();

 private:
  /// A host that the user talks to: number 0 is the target, the others are those of the workload.
  struct Host {
    const net::Endpoint* endpoint;
    std::unique_ptr<Connection> connection;
    bool reused = false;  ///< the connection has carried a request before
  };
  /// Where a request has been sent on to, and all that it needs there.
  struct Chain;

  void prepare(const RequestStep& step, core::TaskId task, const core::Variables& variables);
  core::Task<std::optional<core::Failure>> dial(Host& host);
  /// Whether the answer is a redirect that the workload wants followed.
  bool to_follow(const RequestStep& step, const Response& response) const;
  /// Turns the exchange into the one that the redirect asks for. Nothing on success.
  std::optional<core::Failure> follow(const RequestStep& step, const Response& response);
  void count_answer(const Response& response);
  void store_cookies(const Response& response);
  void write_cookies(const Origin& origin, std::string_view path);
  /// Names the limit that ended the exchange, and what was being waited for.
  void explain_deadline(core::Failure& failure, core::TimePoint start) const;

  const Workload& workload_;
  const net::UserContext& context_;
  const Origin origin_;
  CookieJar jar_;
  Exchange exchange_;
  std::unique_ptr<MultipartBody> body_;
  std::optional<TokenStream> stream_;
  std::vector<Host> hosts_;
  Host* host_ = nullptr;            ///< that of the answer
  std::unique_ptr<Chain> chain_;    ///< null: not redirected
  const Request* first_ = nullptr;  ///< the request, whatever a redirect made of it
  core::TimePoint task_due_ = core::TimePoint::max();
  bool answered_ = false;
  bool ever_connected_ = false;
  bool refused_ = false;
};

}  // namespace soundcheck::http
