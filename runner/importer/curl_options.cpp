#include "runner/importer/curl_options.hpp"

#include <algorithm>
#include <array>

namespace soundcheck::importer {

namespace {

/// What people and browsers write. An option that is not here is refused: whether it takes a value is
/// unknown.
constexpr std::array options{
    CurlOption{"request", 'X', true, ""},
    CurlOption{"header", 'H', true, ""},
    CurlOption{"data", 'd', true, ""},
    CurlOption{"data-ascii", 0, true, ""},
    CurlOption{"data-raw", 0, true, ""},
    CurlOption{"data-binary", 0, true, ""},
    CurlOption{"data-urlencode", 0, true, ""},
    CurlOption{"json", 0, true, ""},
    CurlOption{"upload-file", 'T', true, ""},
    CurlOption{"form", 'F', true, ""},
    CurlOption{"form-string", 0, true, ""},
    CurlOption{"user", 'u', true, ""},
    CurlOption{"user-agent", 'A', true, ""},
    CurlOption{"referer", 'e', true, ""},
    CurlOption{"cookie", 'b', true, ""},
    CurlOption{"oauth2-bearer", 0, true, ""},
    CurlOption{"get", 'G', false, ""},
    CurlOption{"head", 'I', false, ""},
    CurlOption{"url", 0, true, ""},
    CurlOption{"url-query", 0, true, ""},
    CurlOption{"compressed", 0, false, ""},
    CurlOption{"insecure", 'k', false, ""},
    CurlOption{"location", 'L', false, ""},
    CurlOption{"location-trusted", 0, false, ""},
    CurlOption{"max-redirs", 0, true, ""},
    CurlOption{"silent", 's', false, of_output},
    CurlOption{"show-error", 'S', false, of_output},
    CurlOption{"verbose", 'v', false, of_output},
    CurlOption{"include", 'i', false, of_output},
    CurlOption{"fail", 'f', false, of_output},
    CurlOption{"fail-with-body", 0, false, of_output},
    CurlOption{"no-progress-meter", 0, false, of_output},
    CurlOption{"progress-bar", '#', false, of_output},
    CurlOption{"output", 'o', true, of_output},
    CurlOption{"remote-name", 'O', false, of_output},
    CurlOption{"remote-header-name", 'J', false, of_output},
    CurlOption{"output-dir", 0, true, of_output},
    CurlOption{"create-dirs", 0, false, of_output},
    CurlOption{"write-out", 'w', true, of_output},
    CurlOption{"dump-header", 'D', true, of_output},
    CurlOption{"cookie-jar", 'c', true, of_output},
    CurlOption{"no-buffer", 'N', false, of_output},
    CurlOption{"globoff", 'g', false, of_output},
    CurlOption{"styled-output", 0, false, of_output},
    CurlOption{"http1.1", 0, false, "the HTTP version is chosen by api.http_version"},
    CurlOption{"http2", 0, false, "the HTTP version is chosen by api.http_version"},
    CurlOption{"http2-prior-knowledge", 0, false, "the HTTP version is chosen by api.http_version"},
    CurlOption{"http3", 0, false, "HTTP/3 is not spoken"},
    CurlOption{"max-time", 'm', true, "deadlines are api.timeout"},
    CurlOption{"connect-timeout", 0, true, "deadlines are api.connect_timeout"},
    CurlOption{"retry", 0, true, "a failed request is counted, not repeated"},
    CurlOption{"retry-delay", 0, true, "a failed request is counted, not repeated"},
    CurlOption{"retry-all-errors", 0, false, "a failed request is counted, not repeated"},
    CurlOption{"retry-connrefused", 0, false, "a failed request is counted, not repeated"},
    CurlOption{"proxy", 'x', true, "name the proxy with the system's key proxy"},
    CurlOption{"proxy-user", 'U', true, "name the proxy with the system's key proxy"},
    CurlOption{"noproxy", 0, true, "name the proxy with the system's key proxy"},
    CurlOption{"cacert", 0, true, "name the authorities with tls.ca"},
    CurlOption{"cert", 'E', true, "name our certificate with tls.certificate"},
    CurlOption{"key", 0, true, "name our key with tls.key"},
    CurlOption{"tlsv1.2", 0, false, "the oldest version of TLS is tls.min_version"},
    CurlOption{"tlsv1.3", 0, false, "the oldest version of TLS is tls.min_version"},
    CurlOption{"ciphers", 0, true, "ciphers are not chosen"},
    CurlOption{"resolve", 0, true, "give --target the address"},
    CurlOption{"connect-to", 0, true, "give --target the address"},
    CurlOption{"interface", 0, true, "source addresses are the system's source_addresses"},
    CurlOption{"ipv4", '4', false, "addresses are taken as the resolver orders them"},
    CurlOption{"ipv6", '6', false, "addresses are taken as the resolver orders them"},
    CurlOption{"unix-socket", 0, true, "targets are reached over TCP"},
    CurlOption{"range", 'r', true, "write the header Range instead"},
    CurlOption{"limit-rate", 0, true, "the rate of a transfer is not limited"},
    CurlOption{"digest", 0, false, "digest authentication is not spoken"},
    CurlOption{"ntlm", 0, false, "NTLM is not spoken"},
    CurlOption{"negotiate", 0, false, "Negotiate is not spoken"},
    CurlOption{"anyauth", 0, false, "only basic authentication is spoken"},
    CurlOption{"basic", 0, false, of_output},
    CurlOption{"aws-sigv4", 0, true, "requests are not signed"},
    CurlOption{"keepalive-time", 0, true, "connections are kept as api.keep_alive says"},
    CurlOption{"no-keepalive", 0, false, "connections are kept as api.keep_alive says"},
    CurlOption{"tcp-nodelay", 0, false, of_output},
    CurlOption{"config", 'K', true, "the options in that file"},
    CurlOption{"netrc", 'n', false, "the passwords in ~/.netrc"},
    CurlOption{"path-as-is", 0, false, of_output},
    CurlOption{"parallel", 'Z', false, "how many at a time is said by the profile"},
    CurlOption{"disable", 'q', false, of_output},
};

template <class Matches>
const CurlOption* find_option(const Matches& matches) {
  const auto* it = std::find_if(options.begin(), options.end(), matches);
  return it == options.end() ? nullptr : it;
}

}  // namespace

const CurlOption* find_curl_option(std::string_view name) {
  return find_option([&](const CurlOption& option) { return option.name == name; });
}

const CurlOption* find_curl_option(char letter) {
  return find_option([&](const CurlOption& option) { return option.letter == letter; });
}

std::vector<std::string> curl_option_names() {
  std::vector<std::string> names;
  for (const CurlOption& option : options) names.emplace_back(option.name);
  return names;
}

}  // namespace soundcheck::importer
