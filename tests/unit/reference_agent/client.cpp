#include "tests/unit/reference_agent/client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <sstream>

namespace soundcheck::reference_agent {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

struct HttpClient::Impl {
  asio::io_context io;
  tcp::socket socket{io};
  boost::beast::flat_buffer in;
};

HttpClient::HttpClient(std::uint16_t port) : impl_(std::make_unique<Impl>()) {
  impl_->socket.connect(loopback(port));
}
HttpClient::~HttpClient() = default;

HttpAnswer HttpClient::ask(std::string_view method, std::string_view target, std::string_view body) {
  send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}", method, target,
                   body.size(), body));
  return read_answer();
}

bool HttpClient::send(std::string_view bytes) {
  error_code error;
  asio::write(impl_->socket, asio::buffer(bytes), error);
  return !error;
}

HttpAnswer HttpClient::read_answer() {
  http::response<http::string_body> response;
  error_code error;
  http::read(impl_->socket, impl_->in, response, error);
  if (error) return {};
  std::ostringstream head;
  head << response.base();
  return {static_cast<int>(response.result_int()), head.str(), response.body()};
}

bool HttpClient::is_closed() {
  char byte = 0;
  error_code error;
  asio::read(impl_->socket, asio::buffer(&byte, 1), error);
  return static_cast<bool>(error);
}

struct WsClient::Impl {
  asio::io_context io;
  websocket::stream<tcp::socket> stream{io};
  boost::beast::flat_buffer in;
};

WsClient::WsClient(std::uint16_t port, std::string_view target) : impl_(std::make_unique<Impl>()) {
  impl_->stream.next_layer().connect(loopback(port));
  impl_->stream.next_layer().set_option(tcp::no_delay(true));
  impl_->stream.handshake("localhost", boost::beast::string_view(target.data(), target.size()));
}
WsClient::~WsClient() = default;

void WsClient::send(std::string_view text) {
  error_code error;
  impl_->stream.text(true);
  impl_->stream.write(asio::buffer(text), error);  // a closed connection shows when reading
}

void WsClient::send_raw(std::string_view bytes) {
  asio::write(impl_->stream.next_layer(), asio::buffer(bytes));
}

void WsClient::send(std::span<const std::uint8_t> bytes) {
  error_code error;
  impl_->stream.binary(true);
  impl_->stream.write(asio::buffer(bytes.data(), bytes.size()), error);
}

boost::json::value WsClient::next() {
  while (true) {
    impl_->in.clear();
    error_code error;
    impl_->stream.read(impl_->in, error);
    if (error) return nullptr;
    const auto data = impl_->in.cdata();
    if (impl_->stream.got_text()) return boost::json::parse(boost::beast::buffers_to_string(data));
    const auto* bytes = static_cast<const std::uint8_t*>(data.data());
    audio.emplace_back(bytes, bytes + data.size());
  }
}

boost::json::object WsClient::expect(std::string_view type) {
  while (true) {
    const auto message = next();
    if (!message.is_object()) {
      ADD_FAILURE() << "the agent closed before it sent " << type;
      return {};
    }
    if (message.at("type").as_string() == type) return message.get_object();
    passed.push_back(message.get_object());
  }
}

std::uint16_t WsClient::close_code() {
  while (next().is_object()) {
  }
  return impl_->stream.reason().code;
}

void WsClient::hang_up() { impl_->stream.next_layer().close(); }

}  // namespace soundcheck::reference_agent
