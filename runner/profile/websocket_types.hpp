// Types of keys that only the websocket part of a system uses. Values, built once; control thread only.
#pragma once

#include "runner/profile/types.hpp"
#include "runner/profile/websocket_system.hpp"

namespace soundcheck::profile {

/// "1KB/s", in bytes per second.
struct ByteRateText {
  using Result = double;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "5%", as a ratio from 0 to 1.
struct ShareText {
  using Result = double;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A plain number from min to max.
struct FactorText {
  using Result = double;
  double min = 0;
  double max = 0;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Bytes as text: pairs of hexadecimal digits, spaces between them allowed.
struct HexText {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// The bytes of base64 with padding (RFC 4648, section 4); nothing if the text is none.
std::optional<std::string> decode_base64(const std::string& text);

/// Bytes as text: base64 with padding.
struct Base64Text {
  using Result = std::string;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A subprotocol: a token of HTTP.
Text subprotocol_name();

}  // namespace soundcheck::profile
