// A TCP connection on a Loop. Registered once, edge-triggered; remembers readiness that came while nobody
// waited. A peer that sends without pause is read once in each round of the loop, so that it keeps nobody
// else waiting. Loop's thread only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/net/channel.hpp"
#include "protocols/net/network.hpp"

namespace soundcheck::net {

class Loop;

class TcpChannel final : public Channel {
 public:
  /// `source` may be null.
  TcpChannel(Loop& loop, const Address& address, const Address* source);
  ~TcpChannel() override;

  IoResult try_connect() override;
  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::span<const char> data) override;
  void arm(Direction direction, Waiter& waiter) override;
  void disarm(Direction direction) override;
  void limit_receive_buffer(std::size_t bytes) override;
  void abort(IoStatus why) override;
  void close(bool reset) override;

 private:
  friend class Loop;
  void on_events(std::uint32_t events);
  /// As recv(2); sets arrived_.
  std::ptrdiff_t receive(std::span<char> into);
  /// Makes the kernel note when something arrives, or lets it be.
  void note_arrivals(bool wanted);
  void wake(Direction direction);
  /// In the next round: what has been waiting to be read since the last one.
  void read_on();
  Waiter*& waiter(Direction direction) { return waiters_[static_cast<int>(direction)]; }
  bool& ready(Direction direction) { return ready_[static_cast<int>(direction)]; }

  Loop& loop_;
  std::size_t index_ = 0;  ///< in the loop's list
  int socket_ = -1;
  int dial_error_ = 0;
  IoStatus aborted_ = IoStatus::ok;
  bool hung_up_ = false;  ///< the peer closed or reset: reading never blocks again
  bool notes_arrivals_ = false;
  bool reads_on_ = false;  ///< in the loop's list for the next round
  std::uint32_t read_in_round_ = 0;
  core::TimePoint arrived_;  ///< what was read last; at first, when it was dialed
  bool ready_[2] = {false, false};
  Waiter* waiters_[2] = {nullptr, nullptr};
  bool* destroyed_ = nullptr;  ///< set while on_events runs, to notice that a callback destroyed the channel
};

}  // namespace soundcheck::net
