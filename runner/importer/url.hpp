// Addresses as people and programs write them, taken apart just enough: what is the target, what is asked
// for. Forgiving where browsers and curl are. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace soundcheck::importer {

struct Url {
  std::string origin;  ///< "https://api.example.com:8443", lower case; empty if the text had none
  std::string user;    ///< "name:password" in front of the host; usually empty
  std::string path;    ///< begins with '/', without query and fragment; spaces and other bytes are encoded
  std::string query;   ///< without '?'
};

/// Takes "https://host/path?query", and with `scheme` also "host/path", as curl does. Nothing if it is no
/// http or ws address.
std::optional<Url> parse_url(std::string_view text, std::string_view default_scheme = {});

/// The same for an address whose host is not known, such as "https://{{host}}/calls": everything but the
/// origin.
std::optional<Url> parse_without_host(std::string_view address);

/// Percent-encodes what may not stand in a path or query as it is; what is encoded already stays.
std::string encode_path(std::string_view text);
/// Of one value in a query or form: everything but letters, digits and -._~ is encoded.
std::string encode_value(std::string_view text);
/// The other way; a broken %-sequence stays as it is. '+' is a space in a query.
std::string decode_value(std::string_view text);

/// Where the path or query of an address begins, which may have no scheme: behind "https://host" and "host".
std::size_t end_of_target(std::string_view address);

/// An address for people to read: without its query, and without name and password, which may be secrets.
std::string shown_address(std::string_view address);

/// The path with its query, if there is one.
std::string with_query(std::string path, std::string_view query);

}  // namespace soundcheck::importer
