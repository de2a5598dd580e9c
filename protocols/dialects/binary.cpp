#include "protocols/dialects/binary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/core/json.hpp"

namespace soundcheck::dialects {

namespace {

using Kind = Event::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 10> kinds{{{"ready", Kind::ready},
                                                                   {"ack", Kind::acknowledged},
                                                                   {"speech_started", Kind::speech_started},
                                                                   {"partial", Kind::partial},
                                                                   {"final", Kind::final},
                                                                   {"agent_start", Kind::agent_started},
                                                                   {"agent_end", Kind::agent_ended},
                                                                   {"interrupted", Kind::interrupted},
                                                                   {"bye", Kind::goodbye},
                                                                   {"error", Kind::error}}};

constexpr double longest_ms = 1e9;

/// A number of milliseconds that a call can have; nothing if it is missing or absurd.
std::optional<double> milliseconds(const core::JsonDocument& document, std::string_view pointer) {
  const auto value = document.number(pointer);
  return value && *value >= 0 && *value <= longest_ms ? value : std::nullopt;
}

}  // namespace

std::vector<Outgoing> Binary::open(const AudioFormat& format) {
  return {
      {false, fmt::format(R"({{"type":"start","encoding":"{}","sample_rate":{},"channels":1,"frame_ms":{}}})",
                          audio::to_string(format.encoding), format.sample_rate, format.frame_ms)}};
}

Event Binary::on_text(std::string_view message) {
  Event event;
  const auto document = core::JsonDocument::parse(message);
  const auto type = document ? document->find("/type") : std::nullopt;
  if (!type) {
    event.kind = Kind::malformed;
    event.text = document ? "a control message without a type" : "a control message that is not JSON";
    return event;
  }
  const auto known =
      std::find_if(kinds.begin(), kinds.end(), [&](const auto& entry) { return entry.first == *type; });
  if (known == kinds.end()) return event;
  event.kind = known->second;
  event.audio_ms = milliseconds(*document, "/audio_ms");
  if (event.kind == Kind::partial || event.kind == Kind::final || event.kind == Kind::agent_started) {
    event.text = document->find("/text").value_or("");
  } else if (event.kind == Kind::error) {
    event.text = document->find("/message").value_or(document->find("/code").value_or("no reason given"));
  }
  if (event.kind == Kind::final) {
    event.busy_ms = milliseconds(*document, "/busy_ms");
    event.turn_audio_ms = milliseconds(*document, "/turn_audio_ms");
  }
  return event;
}

Event Binary::on_binary(std::string_view message) {
  Event event;
  event.kind = Kind::agent_audio;
  event.audio = message;
  return event;
}

std::vector<Outgoing> Binary::hang_up() { return {{false, R"({"type":"stop"})"}}; }

}  // namespace soundcheck::dialects
