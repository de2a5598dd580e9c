#include "protocols/websocket/negotiation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <charconv>
#include <set>

namespace soundcheck::websocket {

namespace {

namespace beast = boost::beast;

/// 8 to 15, without leading zeros; else nothing.
std::optional<int> window_bits(std::string_view text) {
  int bits = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool whole = result.ec == std::errc{} && result.ptr == text.data() + text.size();
  if (!whole || text.front() == '0' || bits < 8 || bits > 15) return std::nullopt;
  return bits;
}

/// Takes one parameter of the answer. False: it may not stand there.
bool take(const CompressionOffer& offer, std::string_view name, std::string_view value, Compression& agreed) {
  if (name == "server_no_context_takeover") {
    agreed.keep_peer_context = false;
    return value.empty();
  }
  if (name == "client_no_context_takeover") {
    agreed.keep_own_context = false;
    return value.empty();
  }
  const auto bits = window_bits(value);
  if (!bits) return false;
  if (name == "client_max_window_bits") {
    agreed.own_window_bits = std::min(*bits, offer.window_bits);
    return true;
  }
  return name == "server_max_window_bits" && *bits <= offer.window_bits;
}

}  // namespace

std::string offer_text(const CompressionOffer& offer) {
  std::string text = "permessage-deflate";
  if (!offer.keep_context) text += "; client_no_context_takeover; server_no_context_takeover";
  if (offer.window_bits == 15) return text + "; client_max_window_bits";
  return text + fmt::format("; client_max_window_bits={0}; server_max_window_bits={0}", offer.window_bits);
}

std::variant<std::optional<Compression>, std::string> agree(const std::optional<CompressionOffer>& offer,
                                                            std::string_view answer) {
  if (answer.empty()) return std::nullopt;
  const beast::http::ext_list extensions{beast::string_view(answer.data(), answer.size())};
  if (extensions.begin() == extensions.end())
    return fmt::format("the answer's Sec-WebSocket-Extensions cannot be read: '{}'", shown(answer));
  std::optional<Compression> agreed;
  for (const auto& [name, parameters] : extensions) {
    if (!offer || agreed || !beast::iequals(name, "permessage-deflate")) {
      return fmt::format("the target uses the extension '{}', which was not offered",
                         shown({name.data(), name.size()}));
    }
    // The offer's own_window_bits hold until the answer lowers them.
    agreed = Compression{offer->keep_context, true, offer->window_bits};
    std::set<std::string> seen;
    for (const auto& [key, quoted] : parameters) {
      std::string_view value(quoted.data(), quoted.size());
      if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
      const std::string parameter(key.data(), key.size());
      if (!seen.insert(parameter).second || !take(*offer, parameter, value, *agreed)) {
        return fmt::format("the parameter '{}' of the target's permessage-deflate is wrong",
                           shown(parameter));
      }
    }
  }
  return agreed;
}

std::optional<std::string> wrong_subprotocol(const std::vector<std::string>& offered,
                                             std::string_view answer) {
  if (answer.empty() && offered.empty()) return std::nullopt;
  if (answer.empty())
    return fmt::format("the target speaks none of the subprotocols {}", fmt::join(offered, ", "));
  if (std::find(offered.begin(), offered.end(), answer) != offered.end()) return std::nullopt;
  return fmt::format("the target chose the subprotocol '{}', which was not offered", shown(answer));
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out;
  for (const char c : text.substr(0, longest)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return text.size() > longest ? out + "..." : out;
}

}  // namespace soundcheck::websocket
