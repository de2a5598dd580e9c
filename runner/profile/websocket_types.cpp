#include "runner/profile/websocket_types.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "runner/profile/units.hpp"

namespace soundcheck::profile {

namespace {

constexpr std::string_view size_form = "[0-9]+(\\.[0-9]+)?(B|KB|MB|GB|KiB|MiB|GiB)";

/// Any scalar may be written as ${VARIABLE}.
TypeInfo text_like(std::string name, std::string range, const std::string& pattern) {
  using Json = boost::json::object;
  Json schema{{"anyOf", boost::json::array{Json{{"type", "string"}, {"pattern", pattern}},
                                           Json{{"type", "string"}, {"pattern", "\\$\\{"}}}}};
  return {std::move(name), std::move(range), std::move(schema), nullptr, false};
}

std::optional<std::string> not_a_token(const std::string& text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  const bool token = !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || others.find(static_cast<char>(c)) != others.npos;
  });
  if (token) return std::nullopt;
  return "a subprotocol is letters, digits and - . _ without spaces, for example chat.v2";
}

}  // namespace

TypeInfo ByteRateText::describe() const {
  return text_like("bytes a second", "1B/s to 1GB/s", fmt::format("^{}/s$", size_form));
}

std::optional<double> ByteRateText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  std::string_view text = node.text;
  const bool per_second = text.ends_with("/s");
  if (per_second) text.remove_suffix(2);
  const Parsed<double> bytes = parse_bytes(text);
  if (!per_second || !bytes.value || *bytes.value < 1 || *bytes.value > 1e9) {
    mistakes.report(node, "this is not a number of bytes a second from 1B/s to 1GB/s",
                    "write for example 1KB/s");
    return std::nullopt;
  }
  return bytes.value;
}

TypeInfo ShareText::describe() const { return text_like("share", "0% to 100%", "^[0-9]+(\\.[0-9]+)?%$"); }

std::optional<double> ShareText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const Parsed<double> ratio = parse_ratio(node.text);
  if (!node.text.ends_with('%') || !ratio.value || *ratio.value > 1) {
    mistakes.report(node, "this is not a share from 0% to 100%", "write for example 5%");
    return std::nullopt;
  }
  return ratio.value;
}

TypeInfo FactorText::describe() const {
  boost::json::object schema{{"type", "number"}, {"minimum", min}, {"maximum", max}};
  return {"number", fmt::format("{:g} to {:g}", min, max), std::move(schema), nullptr, false};
}

std::optional<double> FactorText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  const Parsed<double> number = parse_number(node.text);
  if (!number.value || *number.value < min || *number.value > max) {
    mistakes.report(node, fmt::format("this is not a number from {:g} to {:g}", min, max));
    return std::nullopt;
  }
  return number.value;
}

TypeInfo HexText::describe() const { return text_like("hexadecimal digits", "", "^([0-9a-fA-F]{2} *)+$"); }

std::optional<std::string> HexText::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  std::string digits;
  std::copy_if(node.text.begin(), node.text.end(), std::back_inserter(digits),
               [](char c) { return c != ' '; });
  const bool all_hex =
      std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (digits.empty() || digits.size() % 2 != 0 || !all_hex) {
    mistakes.report(node, "these are not pairs of hexadecimal digits", "write for example \"00 ff 7a\"");
    return std::nullopt;
  }
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

TypeInfo Base64Text::describe() const { return text_like("base64", "", "^[0-9A-Za-z+/]+={0,2}$"); }

std::optional<std::string> decode_base64(const std::string& text) {
  const std::size_t end = std::min(text.find('='), text.size());
  const std::size_t padding = text.size() - end;
  const bool only_padding = text.find_first_not_of('=', end) == std::string::npos;
  std::string bytes(text.size() / 4 * 3, '\0');
  const bool whole = !text.empty() && text.size() % 4 == 0 && padding <= 2 && only_padding;
  if (!whole || EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                reinterpret_cast<const unsigned char*>(text.data()),
                                static_cast<int>(text.size())) != static_cast<int>(bytes.size()))
    return std::nullopt;
  bytes.resize(bytes.size() - padding);  // OpenSSL decodes padding to zeros
  return bytes;
}

std::optional<std::string> Base64Text::read(Mistakes& mistakes, const Value& node) const {
  if (!expect_kind(node, Value::Kind::scalar, mistakes)) return std::nullopt;
  auto bytes = decode_base64(node.text);
  if (!bytes) mistakes.report(node, "this is not base64", "write for example \"AAECAw==\", with its padding");
  return bytes;
}

Text subprotocol_name() { return {"subprotocol", "letters, digits, - . _", not_a_token}; }

}  // namespace soundcheck::profile
