#include "tests/support/scripted_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "tests/support/websocket_wire.hpp"

namespace soundcheck::support {

namespace {

/// Length of the request at the front, if it is complete.
std::size_t whole_request(std::string_view bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == bytes.npos) return 0;
  constexpr std::string_view field = "Content-Length: ";
  const std::size_t at = bytes.substr(0, head).find(field);
  const std::size_t body =
      at == bytes.npos ? 0
                       : std::strtoul(std::string(bytes.substr(at + field.size(), 20)).c_str(), nullptr, 10);
  const std::size_t whole = head + 4 + body;
  return bytes.size() < whole ? 0 : whole;
}

}  // namespace

/// Plays one script. Keeps its own copy: the network may be gone before the channel.
class ScriptedPeer final : public Peer {
 public:
  ScriptedPeer(Script script, std::shared_ptr<std::vector<std::string>> problems,
               std::shared_ptr<std::string> written)
      : script_(std::move(script)), problems_(std::move(problems)), written_(std::move(written)) {}
  ~ScriptedPeer() override {
    for (; at_ < script_.steps_.size(); ++at_) {
      if (script_.steps_[at_].kind == Script::Step::Kind::expect)
        problems_->push_back(fmt::format("the client never wrote {}", script_.steps_[at_].text));
    }
    if (!received_.empty()) problems_->push_back(fmt::format("the client wrote more: '{}'", received_));
  }

  std::size_t on_bytes(VirtualChannel& channel, std::string_view bytes) override {
    if (reading_stopped_) return 0;
    time_ = std::max(time_, channel.now());
    received_ += bytes;
    *written_ += bytes;
    play(channel);
    return bytes.size();
  }

  /// Steps before the first expect happen on their own.
  void play(VirtualChannel& channel) {
    using Kind = Script::Step::Kind;
    for (; at_ < script_.steps_.size(); ++at_) {
      Script::Step& step = script_.steps_[at_];
      switch (step.kind) {
        case Kind::expect: {
          const std::size_t taken = step.take(received_);
          if (taken == 0) return;
          last_ = received_.substr(0, taken);
          received_.erase(0, taken);
          time_ = channel.now();
          break;
        }
        case Kind::send:
          channel.send_at(time_ += step.after, step.text);
          break;
        case Kind::accept:
          channel.send_at(time_ += step.after, accepting_answer(last_, step.text));
          break;
        case Kind::end:
          channel.end_at(time_ += step.after);
          break;
        case Kind::reset:
          channel.reset_at(time_ += step.after, step.error);
          break;
        case Kind::stop_reading:
          reading_stopped_ = true;
          break;
      }
    }
  }

 private:
  Script script_;
  std::shared_ptr<std::vector<std::string>> problems_;
  std::shared_ptr<std::string> written_;
  std::size_t at_ = 0;
  std::string received_;  ///< not yet expected
  std::string last_;      ///< what the last expect took
  core::TimePoint time_{};
  bool reading_stopped_ = false;
};

Script& Script::add(Step step) {
  steps_.push_back(std::move(step));
  return *this;
}

Script& Script::refuse(int error) {
  refused_ = error;
  return *this;
}
Script& Script::never_connect() {
  never_ = true;
  return *this;
}
Script& Script::connect_after(core::Duration after) {
  connect_after_ = after;
  return *this;
}

Script& Script::expect(std::string text) {
  auto take = [text](std::string_view bytes) { return bytes.starts_with(text) ? text.size() : 0; };
  return expect(fmt::format("'{}'", text), std::move(take));
}
Script& Script::expect(std::string what, std::function<std::size_t(std::string_view)> take) {
  return add({Step::Kind::expect, std::move(what), std::move(take), {}, 0});
}
Script& Script::expect_request() { return expect("a request", whole_request); }
Script& Script::expect_frame(unsigned opcode, std::string payload) {
  const std::string what = fmt::format("a frame {} '{}'", opcode, payload);
  return expect(what, [opcode, payload](std::string_view bytes) {
    const auto frame = decode_client_frame(bytes);
    const bool good = frame && frame->masked && frame->opcode == opcode && frame->payload == payload;
    return good ? frame->size : std::size_t{0};
  });
}
Script& Script::expect_close_frame(unsigned code) {
  return expect_frame(8, {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
}

Script& Script::reply(std::string bytes, core::Duration after) {
  return add({Step::Kind::send, std::move(bytes), {}, after, 0});
}
Script& Script::reply_frame(unsigned opcode, std::string_view payload, core::Duration after) {
  return reply(server_frame(opcode, payload), after);
}
Script& Script::accept_websocket(core::Duration after, std::string headers) {
  expect_request();
  return add({Step::Kind::accept, std::move(headers), {}, after, 0});
}
Script& Script::end(core::Duration after) { return add({Step::Kind::end, {}, {}, after, 0}); }
Script& Script::reset(int error, core::Duration after) {
  return add({Step::Kind::reset, {}, {}, after, error});
}
Script& Script::stop_reading() { return add({Step::Kind::stop_reading, {}, {}, {}, 0}); }

Script& ScriptedNetwork::on_dial() { return scripts_.emplace_back(); }

DialAnswer ScriptedNetwork::answer_dial(const net::Address&) {
  if (next_ == scripts_.size() && repeat_ && next_ > 0) --next_;
  if (next_ == scripts_.size()) {
    problems_->push_back("a dial without a script");
    return {{}, ECONNREFUSED, nullptr};
  }
  const Script& script = scripts_[next_++];
  if (script.never_) return {};
  if (script.refused_ != 0) return {script.connect_after_, script.refused_, nullptr};
  return {script.connect_after_, 0, std::make_unique<ScriptedPeer>(script, problems_, written_)};
}

std::vector<std::string> ScriptedNetwork::problems() const {
  std::vector<std::string> all = *problems_;
  for (std::size_t i = next_; i < scripts_.size(); ++i) all.push_back(fmt::format("dial {} never came", i));
  return all;
}

}  // namespace soundcheck::support
