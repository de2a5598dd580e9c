#include "protocols/http/requester.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace soundcheck::http {

using core::Counter;
using core::Duration;
using core::Failure;
using core::Metric;
using core::Stage;
using core::TimePoint;

namespace {

TimePoint due_after(TimePoint start, Duration limit) {
  return limit > Duration::zero() ? start + limit : TimePoint::max();
}

std::string_view doing(Phase phase) {
  switch (phase) {
    case Phase::connecting:
      return "connecting";
    case Phase::sending:
      return "sending the request";
    case Phase::waiting_for_continue:
      return "waiting for 100 Continue";
    case Phase::waiting_for_first_byte:
      return "waiting for the first byte of the answer";
    case Phase::receiving:
      return "receiving the answer";
  }
  return "";
}

}  // namespace

struct Requester::Chain {
  std::size_t host = 0;
  Origin origin;
  RequestSpec spec;
  std::optional<Request> request;
  std::uint32_t followed = 0;
  std::vector<std::string> seen;  ///< requests so far, with the state of the cookies: a repetition is a loop
};

Requester::Requester(const Workload& workload, const net::UserContext& context)
    : workload_(workload), context_(context), origin_(http::origin_of(context.endpoint)) {
  hosts_.push_back({workload_.endpoint ? &*workload_.endpoint : &context_.endpoint, nullptr});
  for (const OtherHost& other : workload_.others) hosts_.push_back({&other.endpoint, nullptr});
}

Requester::~Requester() = default;

void Requester::begin_task() {
  if (workload_.cookies == Cookies::per_task) jar_.clear();
  if (workload_.task_timeout > Duration::zero()) task_due_ = context_.timeline.now() + workload_.task_timeout;
}

void Requester::prepare(const RequestStep& step, core::TaskId task, const core::Variables& variables) {
  exchange_.request = first_ = &step.request;
  exchange_.variables = &variables;
  exchange_.label = step.request.label();
  const bool some_fields = !step.extract.empty() || !step.headers.empty() || step.stream;
  exchange_.keep = {
      step.wants_body() && !step.stream,
      step.wants_body() || some_fields || workload_.redirects > 0 || workload_.cookies != Cookies::off,
      some_fields};
  exchange_.max_body = workload_.max_body;
  exchange_.first_byte_timeout = workload_.first_byte_timeout;
  exchange_.due = std::min(context_.timeline.now() + workload_.timeout, task_due_);
  exchange_.probe = &context_.probe;
  exchange_.task = task;
  exchange_.cookies.clear();
  if (!jar_.empty()) write_cookies(origin_, step.request.path(variables));
  chain_.reset();
  body_ = step.multipart ? make_body(*step.multipart, variables) : nullptr;
  exchange_.body = body_.get();
  stream_.reset();
  if (step.stream) stream_.emplace(*step.stream, exchange_);
  exchange_.keep.sink = stream();
}

core::Task<std::optional<Failure>> Requester::send(const RequestStep& step, core::TaskId task,
                                                   const core::Variables& variables) {
  const TimePoint start = context_.timeline.now();
  prepare(step, task, variables);
  std::optional<Failure> failure;
  bool sent_again = false;
  host_ = &hosts_.front();
  for (;;) {
    answered_ = false;
    exchange_.phase = Phase::connecting;
    if (!host_->connection) {
      failure = co_await dial(*host_);
      if (failure) break;
    }
    failure = co_await host_->connection->exchange(exchange_);
    if (failure) {
      host_->connection.reset();
      // A kept connection may have been closed by the target in the meantime: not an answer to this request,
      // so an idempotent one is sent again, once, on a fresh connection (RFC 9112, 9.3.1).
      if (!host_->reused || sent_again || exchange_.answered() || failure->stage == Stage::deadline ||
          !exchange_.request->idempotent() || context_.timeline.killed())
        break;
      sent_again = true;
      continue;
    }
    answered_ = true;
    host_->reused = true;
    const Response& answer = response();
    count_answer(answer);
    if (!answer.set_cookies.empty()) store_cookies(answer);
    if (!to_follow(step, answer)) break;
    failure = follow(step, answer);
    if (failure) break;
    release();
    context_.probe.count(task, Counter::redirects, 1);
    host_ = &hosts_[chain_->host];
    sent_again = false;
  }
  if (failure && !answered_ && failure->stage == Stage::deadline) explain_deadline(*failure, start);
  co_return failure;
}

void Requester::count_answer(const Response& response) {
  if (response.status < 400) return;
  const Counter counter = response.status < 500 ? Counter::client_errors : Counter::server_errors;
  context_.probe.count(exchange_.task, counter, 1);
}

void Requester::release() {
  if (host_ == nullptr || !host_->connection) return;
  if (!host_->connection->reusable() || !workload_.keep_alive) host_->connection.reset();
}

core::Task<std::optional<Failure>> Requester::dial(Host& host) {
  const TimePoint start = context_.timeline.now();
  const TimePoint due = std::min(exchange_.due, due_after(start, workload_.connect_timeout));
  const net::ProxyUse proxy_use =
      workload_.version == Version::two ? net::ProxyUse::tunnel : net::ProxyUse::forward;
  auto result = co_await net::connect(context_.network, context_.timeline, *host.endpoint, context_.user, due,
                                      context_.tls_memory.get(), proxy_use);
  refused_ = std::holds_alternative<Failure>(result);
  if (auto* failure = std::get_if<Failure>(&result)) co_return std::move(*failure);
  auto& connected = std::get<net::Connected>(result);
  core::Probe& probe = context_.probe;
  probe.record(exchange_.task, Metric::connect_time, connected.tcp_ready - start);
  if (connected.tls) probe.record(exchange_.task, Metric::tls_time, connected.ready - connected.tcp_ready);
  if (connected.tls_resumed) probe.count(exchange_.task, Counter::tls_resumptions, 1);
  probe.count(exchange_.task, Counter::connections, 1);
  if (ever_connected_) probe.count(exchange_.task, Counter::reconnects, 1);
  ever_connected_ = true;
  host.reused = false;
  if (workload_.version == Version::two && connected.tls && connected.protocol != "h2") {
    co_return Failure{Stage::protocol, 0,
                      "the target does not offer HTTP/2 (ALPN); use http_version: auto, or \"1.1\""};
  }
  if (workload_.version == Version::two || connected.protocol == "h2") {
    host.connection = make_http2(context_.network, context_.timeline, std::move(connected.channel),
                                 connected.tls ? "https" : "http");
  } else {
    host.connection = make_http1(context_.network, context_.timeline, std::move(connected.channel));
  }
  co_return std::nullopt;
}

bool Requester::to_follow(const RequestStep& step, const Response& response) const {
  if (workload_.redirects == 0 || !is_redirect(response.status) || response.location.empty()) return false;
  // A redirect that the system file expects is an answer.
  return !step.status.contains(response.status);
}

std::optional<Failure> Requester::follow(const RequestStep& step, const Response& response) {
  const auto refuse = [&](std::string why) {
    return Failure{Stage::redirect, 0, fmt::format("{}: {}", step.request.label(), why)};
  };
  if (!chain_) {
    chain_ = std::make_unique<Chain>();
    chain_->origin = origin_;
    chain_->spec = step.request.fill(*exchange_.variables);
  }
  const auto state = [&] {
    return fmt::format("{} {}{} {}", chain_->spec.method, chain_->origin.text(), chain_->spec.path,
                       jar_.version());
  };
  if (chain_->seen.empty()) chain_->seen.push_back(state());
  if (chain_->followed++ == workload_.redirects)
    return refuse(fmt::format("more than {} redirects (key redirects)", workload_.redirects));
  const auto location = resolve_location(chain_->origin, chain_->spec.path, response.location);
  if (!location) return refuse("a redirect to something that is no http or https address");

  if (location->origin == origin_) {
    chain_->host = 0;
  } else {
    const auto other =
        std::find_if(workload_.others.begin(), workload_.others.end(),
                     [&](const OtherHost& candidate) { return candidate.origin == location->origin; });
    if (other == workload_.others.end()) {
      return refuse(
          fmt::format("a redirect to {}, which is not the target; name it in allow_hosts if requests "
                      "may go there",
                      location->origin.text().substr(0, 100)));
    }
    chain_->host = 1 + static_cast<std::size_t>(other - workload_.others.begin());
  }
  const std::string method = chain_->spec.method;
  chain_->spec = redirected(std::move(chain_->spec), response.status, chain_->origin, *location);
  if (chain_->spec.method != method) exchange_.body = nullptr;  // a GET has none
  chain_->origin = location->origin;
  route(chain_->spec, *hosts_[chain_->host].endpoint);
  std::string now = state();
  if (std::find(chain_->seen.begin(), chain_->seen.end(), now) != chain_->seen.end())
    return refuse("a redirect loop");
  chain_->seen.push_back(std::move(now));

  chain_->request.emplace(chain_->spec);
  exchange_.request = &*chain_->request;
  write_cookies(chain_->origin, chain_->spec.path);
  return std::nullopt;
}

void Requester::store_cookies(const Response& response) {
  if (workload_.cookies == Cookies::off) return;
  const Origin& origin = chain_ ? chain_->origin : origin_;
  const std::string path = chain_ ? chain_->spec.path : first_->path(*exchange_.variables);
  const CookieScope scope{origin.host, path, origin.tls};
  for (const std::string& cookie : response.set_cookies)
    jar_.store(cookie, scope, response.date, exchange_.last_byte);
}

void Requester::write_cookies(const Origin& origin, std::string_view path) {
  jar_.write(exchange_.cookies, {origin.host, path, origin.tls}, context_.timeline.now());
}

void Requester::explain_deadline(Failure& failure, TimePoint start) const {
  const TimePoint now = context_.timeline.now();
  std::string_view limit = "timeout";
  Duration length = workload_.timeout;
  if (now >= task_due_) {
    limit = "task_timeout";
    length = workload_.task_timeout;
  } else if (now < start + workload_.timeout) {
    const bool connecting = exchange_.phase == Phase::connecting;
    limit = connecting ? "connect_timeout" : "first_byte_timeout";
    length = connecting ? workload_.connect_timeout : workload_.first_byte_timeout;
  }
  const std::string what = exchange_.phase == Phase::connecting
                               ? failure.text
                               : fmt::format("{}: no answer in time", exchange_.label);
  failure.text = fmt::format("{}: {} of {:g}s passed while {}", what, limit, core::to_seconds(length),
                             doing(exchange_.phase));
}

void Requester::close() {
  for (Host& host : hosts_) host.connection.reset();
}

}  // namespace soundcheck::http
