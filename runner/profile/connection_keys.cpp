#include "runner/profile/connection_keys.hpp"

#include <arpa/inet.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace soundcheck::profile {

namespace fs = std::filesystem;

namespace {

constexpr const char* from_environment = "write a variable of the environment here, for example ${PASSWORD}";

std::optional<std::string> not_an_address(const std::string& text) {
  std::array<unsigned char, 16> ignored{};
  if (::inet_pton(AF_INET, text.c_str(), ignored.data()) == 1) return std::nullopt;
  if (::inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1) return std::nullopt;
  return "this is no IP address; write it like 192.0.2.10 or 2001:db8::10";
}

}  // namespace

void report_secret(const Value& node, const std::string& message, const std::string& hint,
                   Mistakes& mistakes) {
  if (!node.broken) mistakes.report_file(node.origin, node.path, message, hint);
}

Text ip_address() { return {"IP address", "", not_an_address}; }

TypeInfo FilePath::describe() const {
  TypeInfo info = name_text().describe();
  info.name = "file";
  return info;
}

std::optional<std::string> FilePath::read(Mistakes& mistakes, const Value& node) const {
  const auto text = name_text().read(mistakes, node);
  if (!text) return std::nullopt;
  const bool on_command_line = node.origin.file == command_line;
  const fs::path folder = on_command_line ? fs::path() : fs::path(node.origin.file).parent_path();
  const fs::path file = (folder / *text).lexically_normal();
  std::error_code error;
  if (fs::is_regular_file(file, error)) return file.string();
  mistakes.report(node, fs::exists(file, error) ? "this is not a file" : "there is no such file",
                  folder.empty() ? "" : "looked in " + folder.string());
  return std::nullopt;
}

TypeInfo Secret::describe() const {
  TypeInfo info = name_text().describe();
  info.name = "${VARIABLE}";
  info.schema = {{"type", "string"}, {"pattern", "\\$\\{"}};
  return info;
}

std::optional<std::string> Secret::read(Mistakes& mistakes, const Value& node) const {
  if (node.kind == Value::Kind::scalar && !node.substituted) {
    report_secret(node, "a secret cannot stand here as text: it would get into reports", from_environment,
                  mistakes);
    return std::nullopt;
  }
  return name_text().read(mistakes, node);
}

TypeInfo ProxyText::describe() const {
  TypeInfo info = name_text().describe();
  info.name = "URL";
  return info;
}

std::optional<std::string> ProxyText::read(Mistakes& mistakes, const Value& node) const {
  if (node.kind == Value::Kind::scalar && !node.substituted && node.text.find('@') != std::string::npos) {
    report_secret(node, "a user name and password cannot stand here as text: they would get into reports",
                  "write variables of the environment, for example http://${PROXY_LOGIN}@proxy.example:3128",
                  mistakes);
    return std::nullopt;
  }
  const auto text = name_text().read(mistakes, node);
  if (!text) return std::nullopt;
  if (text->starts_with("http://")) return text;
  mistakes.report(node, "a proxy's URL begins with http://", "write it like http://proxy.example:3128");
  return std::nullopt;
}

Object<TlsSystem> tls_system() {
  return Object<TlsSystem>()
      .with_default("verify", TrueFalse{}, &TlsSystem::verify, "true",
                    "checks the target's certificate and that it is for the target's name")
      .optional("ca", FilePath{}, &TlsSystem::ca,
                "certificates (PEM) of the authorities to trust, instead of the system's")
      .optional("certificate", FilePath{}, &TlsSystem::certificate,
                "our own certificate with its chain (PEM), for targets that want one")
      .optional("key", FilePath{}, &TlsSystem::key,
                "its private key (PEM); without it the key stands in the certificate's file")
      .optional("key_password", Secret{}, &TlsSystem::key_password, "of the private key")
      .optional("server_name", name_text(), &TlsSystem::server_name,
                "the name to ask for (SNI) and to verify; without it the target's host")
      .with_default(
          "resumption", TrueFalse{}, &TlsSystem::resumption, "true",
          "a user's later connections resume its earlier TLS session; false: a full handshake every time")
      .with_default("min_version", Choice{{"1.2", "1.3"}}, &TlsSystem::min_version, "1.2",
                    "the oldest version of TLS to accept")
      .needs("key", "certificate")
      .needs("key_password", "certificate");
}

}  // namespace soundcheck::profile
