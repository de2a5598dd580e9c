// Connections in virtual time. A VirtualChannel is the client's end; a Peer, owned by the channel, is the far
// end and answers what the client writes. What the peer sends, and every readiness, comes through timers of
// the timeline, never from inside a call of the client. Owned by a test, used on its thread.
#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/net/network.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::support {

class VirtualChannel;
class VirtualNetwork;

/// The far end of one connection.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Takes bytes that the client has written; answers through the channel. Returns how many it took: fewer
  /// make the client wait until VirtualChannel::read_again().
  virtual std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) = 0;
};

/// How a dial ends. Neither an error nor a peer: it never ends.
struct DialAnswer {
  core::Duration after{};
  int error = 0;  ///< errno, or 0
  std::unique_ptr<Peer> peer;
};

/// What a client does on the network, in the order in which it succeeds.
enum class Operation : unsigned char { connect, write, read };
/// How an operation fails instead, and all later ones of its connection with it.
enum class Fault : unsigned char { reset, end, stall };

class VirtualChannel final : public net::Channel {
 public:
  VirtualChannel(VirtualNetwork& network, DialAnswer answer);
  ~VirtualChannel() override;

  net::IoResult try_connect() override;
  net::IoResult try_read(std::span<char> into) override;
  net::IoResult try_write(std::span<const char> data) override;
  void arm(net::Direction direction, net::Waiter& waiter) override;
  void disarm(net::Direction direction) override { waiter(direction) = nullptr; }
  void abort(net::IoStatus why) override;
  void close(bool reset) override;

  // For the peer.
  core::TimePoint now() const;
  /// The client can read the bytes from `at` on. Bytes of equal times keep their order.
  void send_at(core::TimePoint at, std::string bytes);
  /// The client sees the end of the stream, after what was sent for earlier or equal times.
  void end_at(core::TimePoint at);
  /// Every operation of the client fails with this errno.
  void reset_at(core::TimePoint at, int error);
  /// The peer takes bytes again after it took fewer than it was offered.
  void read_again();

 private:
  friend class VirtualNetwork;
  struct Delivery {
    core::TimePoint at;
    enum class Kind : unsigned char { connected, bytes, end, error, writable } kind;
    std::string bytes;
    int error = 0;
  };
  struct Clock : core::Timer {
    explicit Clock(VirtualChannel& c) : Timer(&VirtualChannel::deliver_due), channel(c) {}
    VirtualChannel& channel;
  };

  static void deliver_due(core::Timer& timer, core::Wake why);
  void deliver(Delivery delivery);
  void apply(Delivery& delivery);
  bool can_progress(net::Direction direction) const;
  /// Applies the fault that is planned for this operation, if any; counts the operation if not.
  bool operation_fails(Operation operation);
  void wake(net::Direction direction);
  net::Waiter*& waiter(net::Direction direction) { return waiters_[static_cast<int>(direction)]; }

  VirtualNetwork& network_;
  std::unique_ptr<Peer> peer_;
  std::deque<Delivery> deliveries_;  ///< ascending
  Clock clock_;
  std::string incoming_;
  std::size_t taken_ = 0;  ///< of incoming_
  bool connected_ = false;
  bool ended_ = false;
  bool gone_ = false;           ///< by a fault: the peer has closed both ways
  bool stalled_ = false;        ///< by a fault: nothing ever happens again
  bool write_blocked_ = false;  ///< the peer took fewer bytes than it was offered
  int error_ = 0;
  net::IoStatus aborted_ = net::IoStatus::ok;
  net::Waiter* waiters_[2] = {nullptr, nullptr};
  bool* destroyed_ = nullptr;
};

class VirtualNetwork : public net::Network {
 public:
  explicit VirtualNetwork(VirtualTimeline& timeline) : timeline_(timeline), scratch_(256 * 1024) {}

  net::ChannelPtr dial(const net::Address& address, const net::Address* source) override;
  std::span<char> scratch() final { return scratch_; }

  /// What the kill of a shard does: ends every wait of the timeline and of all channels.
  void kill_all();
  /// Connections that the client has not closed.
  std::size_t open_channels() const;
  std::size_t dials() const { return dials_; }

  /// The operation with this number (from 0, over all connections) fails.
  void fail_at(std::size_t operation, Fault fault) { faults_[operation] = fault; }
  const std::vector<Operation>& operations() const { return operations_; }

  /// What the client reads had come so long before: it was busy with something else. Zero: no channel knows
  /// when anything came.
  core::Duration noticed_late{};

  /// At most so many bytes a call.
  std::size_t read_limit = std::numeric_limits<std::size_t>::max();
  std::size_t write_limit = std::numeric_limits<std::size_t>::max();

 protected:
  virtual DialAnswer answer_dial(const net::Address& address) = 0;
  VirtualTimeline& timeline() { return timeline_; }

 private:
  friend class VirtualChannel;
  VirtualTimeline& timeline_;
  std::vector<char> scratch_;
  std::vector<VirtualChannel*> channels_;
  std::size_t dials_ = 0;
  std::vector<Operation> operations_;
  std::map<std::size_t, Fault> faults_;
};

/// An endpoint for networks that do not look at addresses.
net::Endpoint any_endpoint();

}  // namespace soundcheck::support
