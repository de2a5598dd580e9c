#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

#include "tests/bench/raw_modes.hpp"
#include "tests/bench/raw_socket.hpp"

namespace soundcheck::bench {

namespace {

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
constexpr std::int64_t second = 1'000'000'000;

/// All answers are as long as the first, so nothing has to be parsed.
std::size_t length_of_answer(const sockaddr_in& target) {
  const int socket = connect_now(target);
  send_now(socket, get);
  std::string answer;
  for (;;) {
    receive_into(socket, answer);
    const std::size_t header = answer.find("\r\n\r\n");
    if (header == std::string::npos) continue;
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t length = answer.find(name);
    if (length == std::string::npos) throw std::runtime_error("the answer has no Content-Length");
    close(socket);
    return header + 4 + static_cast<std::size_t>(std::atol(answer.c_str() + length + name.size()));
  }
}

struct Request {
  std::int64_t intended = 0;
  std::size_t missing = 0;  ///< bytes of the answer
};

/// Connections that carry one request at a time; an idle one is used again.
class Pool {
 public:
  explicit Pool(const sockaddr_in& target) : target_(target), answer_(length_of_answer(target)) {}

  void start(std::int64_t intended) {
    if (idle_.empty()) {
      idle_.push_back(sockets_.size());
      sockets_.push_back(connect_now(target_));
      requests_.emplace_back();
      poll_.add(sockets_.back(), EPOLLIN | EPOLLET, static_cast<std::uint32_t>(idle_.back()));
    }
    const std::size_t i = idle_.back();
    idle_.pop_back();
    requests_[i] = {intended, answer_};
    send_now(sockets_[i], get);
  }

  /// Reads what comes until then.
  void read_until(std::int64_t due) {
    for (std::int64_t left = due - now_ns(); left > 0; left = due - now_ns()) {
      for (const epoll_event& event : poll_.wait(left)) read(event.data.u32);
    }
  }

  void read(std::size_t i) {
    Request& request = requests_[i];
    request.missing -= std::min(request.missing, receive_now(sockets_[i]));
    if (request.missing > 0) return;
    latencies_.push_back(now_ns() - request.intended);
    idle_.push_back(i);
  }

  std::size_t busy() const { return sockets_.size() - idle_.size(); }
  std::size_t connections() const { return sockets_.size(); }
  std::vector<std::int64_t>& latencies() { return latencies_; }

 private:
  sockaddr_in target_;
  std::size_t answer_;
  Poll poll_;
  std::vector<int> sockets_;
  std::vector<Request> requests_;
  std::vector<std::size_t> idle_;
  std::vector<std::int64_t> latencies_;
};

}  // namespace

void raw_http(std::uint16_t port, unsigned connections, double seconds) {
  const sockaddr_in target = target_address(port);
  const std::size_t answer = length_of_answer(target);
  Poll poll;
  std::vector<int> sockets;
  std::vector<std::size_t> missing(connections, answer);
  for (unsigned i = 0; i < connections; ++i) {
    sockets.push_back(connect_now(target));
    poll.add(sockets[i], EPOLLIN | EPOLLET, i);
  }
  const double cpu = cpu_seconds();
  const std::int64_t began = now_ns();
  const std::int64_t end = began + static_cast<std::int64_t>(seconds * second);
  for (const int socket : sockets) send_now(socket, get);
  unsigned long requests = 0;
  while (now_ns() < end) {
    for (const epoll_event& event : poll.wait(-1)) {
      const unsigned i = event.data.u32;
      missing[i] -= std::min(missing[i], receive_now(sockets[i]));
      if (missing[i] > 0) continue;
      ++requests;
      missing[i] = answer;
      send_now(sockets[i], get);
    }
  }
  fmt::print(R"({{"requests": {}, "seconds": {:.3f}, "cpu_seconds": {:.3f}}})"
             "\n",
             requests, static_cast<double>(now_ns() - began) / second, cpu_seconds() - cpu);
}

void raw_rate(std::uint16_t port, double per_second, double seconds) {
  Pool pool(target_address(port));
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(per_second);
  const double cpu = cpu_seconds();
  const std::int64_t began = now_ns();
  const std::int64_t end = began + static_cast<std::int64_t>(seconds * second);
  unsigned long planned = 0;
  for (double at = gap(random); at < seconds; at += gap(random)) {
    const std::int64_t intended = began + static_cast<std::int64_t>(at * second);
    pool.read_until(intended);
    pool.start(intended);
    ++planned;
  }
  const std::int64_t give_up = end + 10 * second;
  while (pool.busy() > 0 && now_ns() < give_up) pool.read_until(now_ns() + second / 100);
  std::vector<std::int64_t>& latencies = pool.latencies();
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double share) {
    if (latencies.empty()) return 0.0;
    const auto i = static_cast<std::size_t>(share * static_cast<double>(latencies.size()));
    return static_cast<double>(latencies[std::min(i, latencies.size() - 1)]) * 1e-6;
  };
  fmt::print(R"({{"planned": {}, "requests": {}, "connections": {}, "cpu_seconds": {:.3f}, "p50": {:.3f}, )"
             R"("p90": {:.3f}, "p99": {:.3f}, "p99.9": {:.3f}}})"
             "\n",
             planned, latencies.size(), pool.connections(), cpu_seconds() - cpu, at(0.5), at(0.9), at(0.99),
             at(0.999));
}

}  // namespace soundcheck::bench
