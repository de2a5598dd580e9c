// Dialect `binary`: JSON control messages as text, one encoded frame a binary message (docs/protocols.md).
// Pure.
#pragma once

#include "protocols/dialects/dialect.hpp"

namespace soundcheck::dialects {

class Binary final : public Dialect {
 public:
  std::vector<Outgoing> open(const AudioFormat& format) override;
  bool ready_at_open() const override { return false; }
  bool allows_bursts() const override { return true; }
  bool raw_frames() const override { return true; }
  Event on_text(std::string_view message) override;
  Event on_binary(std::string_view message) override;
  std::vector<Outgoing> hang_up() override;
};

}  // namespace soundcheck::dialects
