#include "protocols/http/http_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/http/content_decoder.hpp"

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

struct HttpSession::Chain {
  std::size_t host = 0;
  Origin origin;
  RequestSpec spec;
  std::optional<Request> request;
  std::uint32_t followed = 0;
  std::vector<std::string> seen;  ///< requests so far, with the state of the cookies: a repetition is a loop
};

HttpSession::HttpSession(const Workload& workload, const net::UserContext& context)
    : workload_(workload),
      context_(context),
      origin_(http::origin_of(context.endpoint)),
      random_(context.seed, context.user) {
  for (const Task& task : workload_.tasks) total_weight_ += task.weight;
  hosts_.push_back({workload_.endpoint ? &*workload_.endpoint : &context_.endpoint, nullptr});
  for (const OtherHost& other : workload_.others) hosts_.push_back({&other.endpoint, nullptr});
}

const Task& HttpSession::pick_task() {
  std::uint64_t ticket = random_.below(total_weight_);
  for (const Task& task : workload_.tasks) {
    if (ticket < task.weight) return task;
    ticket -= task.weight;
  }
  return workload_.tasks.back();
}

void HttpSession::set_builtin_variables() {
  variables_.set("user_id", std::to_string(context_.user));
  variables_.set("iteration", std::to_string(iteration_));
  variables_.set("timestamp", std::to_string(context_.timeline.now().time_since_epoch().count() / 1'000'000));
  const std::uint64_t a = random_.next();
  const std::uint64_t b = random_.next();
  // RFC 9562 version 4: random but for the version and variant bits.
  variables_.set("uuid", fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff,
                                     a & 0xfff, 0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff));
}

Duration HttpSession::think_time() {
  const Duration pause = workload_.think_time.draw(random_);
  return refused_ ? std::max(pause, core::pause_after_refusal) : pause;
}

core::Task<void> HttpSession::run_one(TimePoint intended, TimePoint) {
  // Users are counted under the first task: they belong to the subsystem, and do any of its tasks.
  if (!counted_) context_.probe.in_progress(workload_.tasks.front().id, 1);
  counted_ = true;
  const Task& task = pick_task();
  ++iteration_;
  if (workload_.cookies == Cookies::per_task) jar_.clear();
  if (workload_.task_timeout > Duration::zero()) task_due_ = context_.timeline.now() + workload_.task_timeout;
  bool variables_set = false;
  for (const Step& step : task.steps) {
    if (!step.request.constant() && !variables_set) {
      set_builtin_variables();
      variables_set = true;
    }
    const bool ok = co_await run_step(task, step, intended);
    if (!ok) break;
    intended = exchange_.last_byte;
  }
  free_since_ = context_.timeline.now();
}

void HttpSession::prepare(const Task& task, const Step& step, TimePoint start) {
  exchange_.request = &step.request;
  exchange_.variables = &variables_;
  exchange_.label = step.request.label();
  exchange_.keep = {step.wants_body(),
                    step.wants_body() || workload_.redirects > 0 || workload_.cookies != Cookies::off,
                    !step.extract_headers.empty()};
  exchange_.max_body = workload_.max_body;
  exchange_.first_byte_timeout = workload_.first_byte_timeout;
  exchange_.due = std::min(start + workload_.timeout, task_due_);
  exchange_.probe = &context_.probe;
  exchange_.task = task.id;
  exchange_.cookies.clear();
  if (!jar_.empty()) write_cookies(origin_, step.request.path(variables_));
}

core::Task<bool> HttpSession::run_step(const Task& task, const Step& step, TimePoint intended) {
  const TimePoint start = context_.timeline.now();
  core::record_start(context_.probe, task.id, intended, start, free_since_);
  prepare(task, step, start);

  std::unique_ptr<Chain> chain;
  std::optional<Failure> failure;
  bool answered = false;
  bool sent_again = false;
  Host* host = &hosts_.front();
  for (;;) {
    answered = false;
    exchange_.phase = Phase::connecting;
    if (!host->connection) {
      failure = co_await dial(task, *host);
      if (failure) break;
    }
    failure = co_await host->connection->exchange(exchange_);
    if (failure) {
      host->connection.reset();
      // A kept connection may have been closed by the target in the meantime: not an answer to this request,
      // so an idempotent one is sent again, once, on a fresh connection (RFC 9112, 9.3.1).
      if (!host->reused || sent_again || exchange_.answered() || failure->stage == Stage::deadline ||
          !exchange_.request->idempotent() || context_.timeline.killed())
        break;
      sent_again = true;
      continue;
    }
    answered = true;
    host->reused = true;
    const Response& response = host->connection->response();
    if (!response.set_cookies.empty()) store_cookies(chain.get(), step, response);
    const bool follows = to_follow(step, response);
    failure = follows ? follow(chain, step, response) : judge_answer(step, response);
    if (response.status >= 400) {
      context_.probe.count(task.id, response.status < 500 ? Counter::client_errors : Counter::server_errors,
                           1);
    }
    if (!host->connection->reusable() || !workload_.keep_alive) host->connection.reset();
    if (!follows || failure) break;
    context_.probe.count(task.id, Counter::redirects, 1);
    host = &hosts_[chain->host];
    sent_again = false;
  }
  if (failure && context_.timeline.killed()) co_return false;

  if (answered) {
    record_answer(task, intended, start);
  } else if (failure && failure->stage == Stage::deadline) {
    explain_deadline(*failure, start);
    // What the user waited is part of the distribution; leaving timeouts out would flatter the target.
    const TimePoint end = context_.timeline.now();
    context_.probe.record(task.id, Metric::response_time, end - intended);
    context_.probe.record(task.id, Metric::service_time, end - start);
  }
  if (failure) {
    context_.probe.fail(task.id, *failure);
    co_return false;
  }
  context_.probe.count(task.id, Counter::succeeded, 1);
  co_return true;
}

void HttpSession::record_answer(const Task& task, TimePoint intended, TimePoint start) {
  core::Probe& probe = context_.probe;
  probe.record(task.id, Metric::response_time, exchange_.last_byte - intended);
  probe.record(task.id, Metric::service_time, exchange_.last_byte - start);
  probe.record(task.id, Metric::first_byte_time, exchange_.first_byte - exchange_.sent);
  probe.record(task.id, Metric::transfer_time, exchange_.last_byte - exchange_.first_byte);
}

core::Task<std::optional<Failure>> HttpSession::dial(const Task& task, Host& host) {
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
  probe.record(task.id, Metric::connect_time, connected.tcp_ready - start);
  if (connected.tls) probe.record(task.id, Metric::tls_time, connected.ready - connected.tcp_ready);
  if (connected.tls_resumed) probe.count(task.id, Counter::tls_resumptions, 1);
  probe.count(task.id, Counter::connections, 1);
  if (ever_connected_) probe.count(task.id, Counter::reconnects, 1);
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

bool HttpSession::to_follow(const Step& step, const Response& response) const {
  if (workload_.redirects == 0 || !is_redirect(response.status) || response.location.empty()) return false;
  // A redirect that the system file expects is an answer.
  return std::find(step.status.begin(), step.status.end(), response.status) == step.status.end();
}

std::optional<Failure> HttpSession::follow(std::unique_ptr<Chain>& chain, const Step& step,
                                           const Response& response) {
  const auto refuse = [&](std::string why) {
    return Failure{Stage::redirect, 0, fmt::format("{}: {}", step.request.label(), why)};
  };
  if (!chain) {
    chain = std::make_unique<Chain>();
    chain->origin = origin_;
    chain->spec = step.request.fill(variables_);
  }
  const auto state = [&] {
    return fmt::format("{} {}{} {}", chain->spec.method, chain->origin.text(), chain->spec.path,
                       jar_.version());
  };
  if (chain->seen.empty()) chain->seen.push_back(state());
  if (chain->followed++ == workload_.redirects)
    return refuse(fmt::format("more than {} redirects (key redirects)", workload_.redirects));
  const auto location = resolve_location(chain->origin, chain->spec.path, response.location);
  if (!location) return refuse("a redirect to something that is no http or https address");

  if (location->origin == origin_) {
    chain->host = 0;
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
    chain->host = 1 + static_cast<std::size_t>(other - workload_.others.begin());
  }
  chain->spec = redirected(std::move(chain->spec), response.status, chain->origin, *location);
  chain->origin = location->origin;
  route(chain->spec, *hosts_[chain->host].endpoint);
  std::string now = state();
  if (std::find(chain->seen.begin(), chain->seen.end(), now) != chain->seen.end())
    return refuse("a redirect loop");
  chain->seen.push_back(std::move(now));

  chain->request.emplace(chain->spec);
  exchange_.request = &*chain->request;
  write_cookies(chain->origin, chain->spec.path);
  return std::nullopt;
}

std::optional<Failure> HttpSession::judge_answer(const Step& step, const Response& response) {
  std::optional<Failure> failure;
  if (step.wants_body() && !response.content_encoding.empty() && !response.body.empty()) {
    const bool cut = response.body_size > response.body.size();
    auto decoded = decode_content(response.content_encoding, response.body, cut, workload_.max_body);
    if (auto* broken = std::get_if<Failure>(&decoded)) {
      broken->text = fmt::format("{}: {}", step.request.label(), broken->text);
      return std::move(*broken);
    }
    failure = judge(step, response.status, std::get<std::string>(decoded), variables_);
  } else {
    failure = judge(step, response.status, response.body, variables_);
  }
  if (!failure && !step.extract_headers.empty()) failure = take_headers(step, response, variables_);
  return failure;
}

void HttpSession::store_cookies(const Chain* chain, const Step& step, const Response& response) {
  if (workload_.cookies == Cookies::off) return;
  const Origin& origin = chain != nullptr ? chain->origin : origin_;
  const std::string path = chain != nullptr ? chain->spec.path : step.request.path(variables_);
  const CookieScope scope{origin.host, path, origin.tls};
  for (const std::string& cookie : response.set_cookies)
    jar_.store(cookie, scope, response.date, exchange_.last_byte);
}

void HttpSession::write_cookies(const Origin& origin, std::string_view path) {
  jar_.write(exchange_.cookies, {origin.host, path, origin.tls}, context_.timeline.now());
}

void HttpSession::explain_deadline(Failure& failure, TimePoint start) const {
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

void HttpSession::close() {
  for (Host& host : hosts_) host.connection.reset();
  if (counted_) context_.probe.in_progress(workload_.tasks.front().id, -1);
  counted_ = false;
}

}  // namespace soundcheck::http
