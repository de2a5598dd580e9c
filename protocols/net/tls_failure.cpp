#include "protocols/net/tls_failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

namespace soundcheck::net {

namespace {

constexpr std::size_t names_shown = 5;
constexpr std::size_t longest_text = 200;

/// What the target put into its certificate goes into one line of ours, cut where it gets long.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, longest_text)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return text.size() > longest_text ? out + "..." : out;
}

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  if (name == nullptr || !out) return "?";
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return printable({text, static_cast<std::size_t>(size)});
}

std::string date_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min);
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return "?";
  ::inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
  return text.data();
}

/// The names for which a certificate is good (RFC 9525: the common name is not one of them).
std::string valid_names(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::vector<std::string> names;
  const int count = list ? sk_GENERAL_NAME_num(list.get()) : 0;
  for (int i = 0; i < count; ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(list.get(), i), &type);
    if (type == GEN_DNS) {
      const auto* text = static_cast<const ASN1_IA5STRING*>(value);
      names.push_back(printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                 static_cast<std::size_t>(ASN1_STRING_length(text))}));
    } else if (type == GEN_IPADD) {
      names.push_back(address_text(static_cast<const ASN1_OCTET_STRING*>(value)));
    }
  }
  if (names.empty()) return "no name at all";
  const std::size_t more = names.size() > names_shown ? names.size() - names_shown : 0;
  names.resize(names.size() - more);
  return fmt::format("{}{}", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

/// Alerts that tell what to change (RFC 8446, section 6.2).
std::string_view cure_of_alert(int alert) {
  switch (alert) {
    case SSL3_AD_HANDSHAKE_FAILURE:
      return "; it accepts none of our versions and ciphers, or wants a client certificate (tls.certificate)";
    case TLS1_AD_PROTOCOL_VERSION:
      return "; it offers no version that we accept (tls.min_version)";
    case TLS13_AD_CERTIFICATE_REQUIRED:
      return "; it wants a client certificate (tls.certificate)";
    case SSL3_AD_BAD_CERTIFICATE:
    case SSL3_AD_UNSUPPORTED_CERTIFICATE:
    case SSL3_AD_CERTIFICATE_REVOKED:
    case SSL3_AD_CERTIFICATE_EXPIRED:
    case SSL3_AD_CERTIFICATE_UNKNOWN:
    case TLS1_AD_UNKNOWN_CA:
      return "; it does not accept our client certificate (tls.certificate)";
    case TLS1_AD_UNRECOGNIZED_NAME:
      return "; it does not know the server name (tls.server_name)";
    case TLS1_AD_NO_APPLICATION_PROTOCOL:
      return "; it speaks none of the versions of HTTP that we offer (http_version)";
    default:
      return "";
  }
}

}  // namespace

std::string tls_reason(unsigned long code) {
  const int reason = ERR_GET_REASON(code);
  if (ERR_SYSTEM_ERROR(code)) {
    const char* text = ::strerrordesc_np(reason);
    return text != nullptr ? text : fmt::format("error {}", reason);
  }
  if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
    if (reason > SSL_AD_REASON_OFFSET) {
      const int alert = reason - SSL_AD_REASON_OFFSET;
      return fmt::format("the target sent the alert {}{}", SSL_alert_desc_string_long(alert),
                         cure_of_alert(alert));
    }
    if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)
      return "the target speaks no TLS here; is it a plain port (http://)?";
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
      return "the target asked for a client certificate, got none, and ended the connection "
             "(tls.certificate)";
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL)
      return "the target offers only versions of TLS that we do not accept (tls.min_version)";
  }
  const char* text = ERR_reason_error_string(code);
  return text != nullptr ? text : code == 0 ? "unknown reason" : fmt::format("TLS error {:#x}", code);
}

std::string describe_refusal(x509_store_ctx_st* verification, const std::string& server_name) {
  const int problem = X509_STORE_CTX_get_error(verification);
  const X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return X509_verify_cert_error_string(problem);
  const std::string subject = name_text(X509_get_subject_name(certificate));
  const std::string issuer = name_text(X509_get_issuer_name(certificate));
  switch (problem) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("it expired on {} ({})", date_text(X509_get0_notAfter(certificate)), subject);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("it is valid only from {} on ({})", date_text(X509_get0_notBefore(certificate)),
                         subject);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("it is for {}, not for {}; the name it must have is tls.server_name",
                         valid_names(certificate), server_name);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return fmt::format("it is self-signed ({}); to trust it, name its file as tls.ca", subject);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return fmt::format("its authority is not trusted here ({}); name the authority's certificate as tls.ca",
                         subject);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("its authority is unknown here ({}); name the authority's certificate as tls.ca",
                         issuer);
    default:
      return fmt::format("{} ({})", X509_verify_cert_error_string(problem), subject);
  }
}

}  // namespace soundcheck::net
