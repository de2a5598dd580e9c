#include "protocols/websocket/report.hpp"

namespace soundcheck::websocket {

using core::Counter;

void report_opened(const net::UserContext& context, core::TaskId task, core::TimePoint start,
                   const Connection::Opened& opened, bool first) {
  context.probe.record(task, core::Metric::connect_time, opened.tcp_ready - start);
  if (opened.tls) context.probe.record(task, core::Metric::tls_time, opened.ready - opened.tcp_ready);
  if (opened.tls_resumed) context.probe.count(task, Counter::tls_resumptions, 1);
  context.probe.count(task, Counter::connections, 1);
  if (!first) context.probe.count(task, Counter::reconnects, 1);
  context.probe.in_progress(task, 1);
}

void report_traffic(const net::UserContext& context, core::TaskId task, const Traffic& traffic,
                    Traffic& reported) {
  const auto count = [&](Counter counter, std::uint64_t now, std::uint64_t before) {
    if (now != before) context.probe.count(task, counter, static_cast<std::int64_t>(now - before));
  };
  count(Counter::bytes_sent, traffic.bytes_sent, reported.bytes_sent);
  count(Counter::bytes_received, traffic.bytes_received, reported.bytes_received);
  count(Counter::messages_sent, traffic.messages_sent, reported.messages_sent);
  count(Counter::messages_received, traffic.messages_received, reported.messages_received);
  reported = traffic;
}

}  // namespace soundcheck::websocket
