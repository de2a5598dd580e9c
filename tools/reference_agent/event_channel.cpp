#include "tools/reference_agent/event_channel.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/reference_agent/messages.hpp"
#include "tools/reference_agent/services.hpp"

namespace soundcheck::reference_agent {
namespace {

/// Answers that wait for their delay. More of them than this end the connection.
constexpr std::size_t max_delayed_answers = 1000;

class EventSession final : public WebSocket::Handler, public std::enable_shared_from_this<EventSession> {
 public:
  explicit EventSession(Services& services) : services_(services) {}

  void on_open(WebSocket& socket) override { socket_ = &socket; }

  void on_text(std::string_view text) override {
    if (services_.control.drop_message()) return socket_->reset();
    const auto message = parse_message(text);
    if (!message) return socket_->send_text(error_message("invalid_message", message_form));
    const auto& [type, object] = *message;
    if (type == "echo") return answer_later(std::string(text), Change::none);
    if (type != "subscribe" && type != "unsubscribe") {
      return socket_->send_text(error_message("unknown_type", "send subscribe, unsubscribe or echo"));
    }
    if (const auto channel = text_at(object, "channel"); !channel || *channel != "calls") {
      return socket_->send_text(error_message("unknown_channel", R"(the only channel is "calls")"));
    }
    answer_later(fmt::format(R"({{"type":"{}d","channel":"calls"}})", type),
                 type == "subscribe" ? Change::subscribe : Change::unsubscribe);
  }

  /// What is binary means nothing here, and comes back as it is.
  void on_binary(std::span<const std::uint8_t> bytes) override {
    if (services_.control.drop_message()) return socket_->reset();
    socket_->send_binary(std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end()));
  }

  void on_closed() override {
    services_.events.unsubscribe(*socket_);
    socket_ = nullptr;
  }

 private:
  static constexpr std::string_view message_form = R"(send a JSON object with a "type", as text)";

  enum class Change : unsigned char { none, subscribe, unsubscribe };

  void answer_later(std::string answer, Change change) {
    const auto delay = services_.control.message_delay();
    if (delay <= Duration::zero()) return send_answer(std::move(answer), change);
    if (delayed_ >= max_delayed_answers)
      return socket_->close(1008, "too many messages before their answers");
    ++delayed_;
    services_.agenda.at(now() + delay, [weak = weak_from_this(), text = std::move(answer), change] {
      const auto self = weak.lock();
      if (!self || self->socket_ == nullptr) return;
      --self->delayed_;
      self->send_answer(text, change);
    });
  }

  void send_answer(std::string answer, Change change) {
    socket_->send_text(std::move(answer));
    switch (change) {
      case Change::none:
        break;
      case Change::subscribe:
        services_.events.subscribe(*socket_);
        break;
      case Change::unsubscribe:
        services_.events.unsubscribe(*socket_);
        break;
    }
  }

  Services& services_;
  WebSocket* socket_ = nullptr;
  std::size_t delayed_ = 0;
};

}  // namespace

std::size_t EventHub::publish(std::string_view type, const Call& call) {
  if (subscribers_.empty()) return 0;
  const auto message =
      std::make_shared<const std::string>(fmt::format(R"({{"type":"{}","call":{}}})", type, call.to_json()));
  std::size_t lost = 0;
  for (WebSocket* subscriber : subscribers_) {
    if (subscriber->queued() < WebSocket::full_queue) {
      subscriber->send_text(message);
    } else {
      ++lost;
    }
  }
  return lost;
}

std::shared_ptr<WebSocket::Handler> make_event_session(Services& services) {
  return std::make_shared<EventSession>(services);
}

}  // namespace soundcheck::reference_agent
