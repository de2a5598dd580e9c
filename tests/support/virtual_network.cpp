#include "tests/support/virtual_network.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace soundcheck::support {

using net::Direction;
using net::IoResult;
using net::IoStatus;

VirtualChannel::VirtualChannel(VirtualNetwork& network, DialAnswer answer)
    : network_(network), peer_(std::move(answer.peer)), clock_(*this) {
  network_.channels_.push_back(this);
  if (answer.error != 0) {
    deliver({now() + answer.after, Delivery::Kind::error, {}, answer.error});
  } else if (peer_) {
    deliver({now() + answer.after, Delivery::Kind::connected, {}, 0});
  }
}

VirtualChannel::~VirtualChannel() {
  if (destroyed_ != nullptr) *destroyed_ = true;
  network_.timeline_.timers().remove(clock_);
  std::erase(network_.channels_, this);
}

core::TimePoint VirtualChannel::now() const { return network_.timeline_.now(); }

bool VirtualChannel::operation_fails(Operation operation) {
  const auto planned = network_.faults_.find(network_.operations_.size());
  network_.operations_.push_back(operation);
  if (planned == network_.faults_.end()) return false;
  deliveries_.clear();
  network_.timeline_.timers().remove(clock_);
  switch (planned->second) {
    case Fault::stall:
      stalled_ = true;
      return true;
    case Fault::end:
      incoming_.clear();
      taken_ = 0;
      ended_ = true;
      gone_ = true;
      break;
    case Fault::reset:
      error_ = operation == Operation::connect ? ECONNREFUSED : ECONNRESET;
      break;
  }
  // Who waits for the other direction must hear of it, but not from inside this call.
  deliver({now(), Delivery::Kind::writable, {}, 0});
  return true;
}

IoResult VirtualChannel::try_connect() {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (error_ != 0) return {IoStatus::error, 0, error_};
  if (!connected_ || stalled_) return {IoStatus::would_block, 0, 0};
  if (operation_fails(Operation::connect)) {
    if (stalled_) return {IoStatus::would_block, 0, 0};
    return {IoStatus::error, 0, error_ != 0 ? error_ : ECONNRESET};
  }
  return {IoStatus::ok, 0, 0};
}

IoResult VirtualChannel::try_read(std::span<char> into) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (error_ != 0) return {IoStatus::error, 0, error_};
  if (stalled_) return {IoStatus::would_block, 0, 0};
  const std::size_t available = incoming_.size() - taken_;
  if (available == 0) return {ended_ ? IoStatus::end : IoStatus::would_block, 0, 0};
  if (operation_fails(Operation::read)) return try_read(into);
  const std::size_t n = std::min({available, into.size(), network_.read_limit});
  incoming_.copy(into.data(), n, taken_);
  taken_ += n;
  if (taken_ == incoming_.size()) {
    incoming_.clear();
    taken_ = 0;
  }
  if (network_.noticed_late == core::Duration::zero()) return {IoStatus::ok, n, 0};
  return {IoStatus::ok, n, 0, now() - network_.noticed_late};
}

IoResult VirtualChannel::try_write(std::span<const char> data) {
  if (aborted_ != IoStatus::ok) return {aborted_, 0, 0};
  if (error_ != 0) return {IoStatus::error, 0, error_};
  if (stalled_ || write_blocked_) return {IoStatus::would_block, 0, 0};
  if (gone_) return {IoStatus::error, 0, EPIPE};
  if (operation_fails(Operation::write)) {
    return try_write(data);
  }
  const std::size_t offered = std::min(data.size(), network_.write_limit);
  const std::size_t n = peer_->on_bytes(*this, {data.data(), offered});
  write_blocked_ = n < offered;
  if (n == 0 && offered > 0) return {IoStatus::would_block, 0, 0};
  return {IoStatus::ok, n, 0};
}

bool VirtualChannel::can_progress(Direction direction) const {
  if (aborted_ != IoStatus::ok || error_ != 0) return true;
  if (stalled_) return false;
  if (direction == Direction::write) return connected_ && !write_blocked_;
  return incoming_.size() > taken_ || ended_;
}

void VirtualChannel::arm(Direction direction, net::Waiter& who) {
  waiter(direction) = &who;
  if (!can_progress(direction)) return;
  waiter(direction) = nullptr;
  who.ready();
}

void VirtualChannel::wake(Direction direction) {
  if (!can_progress(direction)) return;
  if (net::Waiter* who = std::exchange(waiter(direction), nullptr)) who->ready();
}

void VirtualChannel::abort(IoStatus why) {
  if (aborted_ != IoStatus::ok) return;
  aborted_ = why;
  network_.timeline_.timers().remove(clock_);
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);
  wake(Direction::write);
  if (!destroyed) wake(Direction::read);
  if (!destroyed) {
    destroyed_ = outer;
  } else if (outer != nullptr) {
    *outer = true;
  }
}

void VirtualChannel::close(bool) {
  if (aborted_ == IoStatus::ok) aborted_ = IoStatus::cancelled;
  network_.timeline_.timers().remove(clock_);
}

void VirtualChannel::send_at(core::TimePoint at, std::string bytes) {
  deliver({at, Delivery::Kind::bytes, std::move(bytes), 0});
}
void VirtualChannel::end_at(core::TimePoint at) { deliver({at, Delivery::Kind::end, {}, 0}); }
void VirtualChannel::reset_at(core::TimePoint at, int error) {
  deliver({at, Delivery::Kind::error, {}, error});
}
void VirtualChannel::read_again() { deliver({now(), Delivery::Kind::writable, {}, 0}); }

void VirtualChannel::deliver(Delivery delivery) {
  if (aborted_ != IoStatus::ok) return;
  const auto place = std::upper_bound(deliveries_.begin(), deliveries_.end(), delivery.at,
                                      [](core::TimePoint at, const Delivery& d) { return at < d.at; });
  const bool first = place == deliveries_.begin();
  deliveries_.insert(place, std::move(delivery));
  if (first) network_.timeline_.timers().add(clock_, deliveries_.front().at);
}

void VirtualChannel::apply(Delivery& delivery) {
  switch (delivery.kind) {
    case Delivery::Kind::connected:
      connected_ = true;
      return;
    case Delivery::Kind::bytes:
      incoming_.append(delivery.bytes);
      return;
    case Delivery::Kind::end:
      ended_ = true;
      return;
    case Delivery::Kind::error:
      error_ = delivery.error;
      return;
    case Delivery::Kind::writable:
      write_blocked_ = false;
      return;
  }
}

void VirtualChannel::deliver_due(core::Timer& timer, core::Wake why) {
  VirtualChannel& self = static_cast<Clock&>(timer).channel;
  if (why != core::Wake::elapsed) return;
  while (!self.deliveries_.empty() && self.deliveries_.front().at <= self.now()) {
    Delivery delivery = std::move(self.deliveries_.front());
    self.deliveries_.pop_front();
    self.apply(delivery);
  }
  if (!self.deliveries_.empty())
    self.network_.timeline_.timers().add(self.clock_, self.deliveries_.front().at);
  bool destroyed = false;
  self.destroyed_ = &destroyed;
  self.wake(Direction::write);
  if (destroyed) return;
  self.wake(Direction::read);
  if (!destroyed) self.destroyed_ = nullptr;
}

net::ChannelPtr VirtualNetwork::dial(const net::Address& address, const net::Address*) {
  ++dials_;
  return std::make_unique<VirtualChannel>(*this, answer_dial(address));
}

void VirtualNetwork::kill_all() {
  timeline_.kill();
  for (bool found = true; found;) {
    found = false;
    for (VirtualChannel* channel : channels_) {
      if (channel->aborted_ != IoStatus::ok) continue;
      channel->abort(IoStatus::cancelled);
      found = true;
      break;  // resumed coroutines may have changed the list
    }
  }
}

std::size_t VirtualNetwork::open_channels() const {
  return static_cast<std::size_t>(
      std::count_if(channels_.begin(), channels_.end(),
                    [](const VirtualChannel* c) { return c->aborted_ == IoStatus::ok; }));
}

net::Endpoint any_endpoint() { return {"target.test", "80", "target.test", {{{}, 0, "192.0.2.1:80"}}}; }

}  // namespace soundcheck::support
