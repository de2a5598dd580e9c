#include "tools/reference_agent/server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tools/reference_agent/call_audio.hpp"
#include "tools/reference_agent/clock.hpp"
#include "tools/reference_agent/http_session.hpp"
#include "tools/reference_agent/services.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Teaches the recognisers what speech sounds like.
constexpr const char* calibration_text =
    "what are your opening hours. book an appointment for friday. check my balance";

/// The speech parts, in the order in which they depend on each other.
struct SpeechParts {
  explicit SpeechParts(const Options& o)
      : synthesiser(o.voice),
        recognisers(settings(o), Synthesiser("kal16").render(calibration_text, recogniser_rate)),
        workers(worker_count(o)) {}

  static std::size_t worker_count(const Options& o) {
    if (o.workers > 0) return o.workers;
    return std::thread::hardware_concurrency() > 1 ? 2 : 1;
  }
  static RecogniserSettings settings(const Options& o) {
    RecogniserSettings s;
    s.language_model = o.language_model;
    s.limit = o.decoders;
    s.first = std::min<std::size_t>(o.decoders, 2 * worker_count(o));
    return s;
  }

  Synthesiser synthesiser;
  RecogniserPool recognisers;
  WorkPool workers;
  Speech speech{synthesiser, recognisers, workers};
};

}  // namespace

struct Server::Impl {
  explicit Impl(Options o)
      : options(std::move(o)),
        parts(options.no_speech || options.echo_audio ? nullptr : std::make_unique<SpeechParts>(options)),
        io(std::make_unique<asio::io_context>(1)),
        agenda(std::make_unique<Agenda>(*io)),
        services(*io, *agenda, options, now(), parts ? &parts->speech : nullptr),
        acceptor(std::in_place, *io) {
    services.calls.on_created = [this](const Call& call) {
      services.control.call_began();
      services.control.counters.events_lost += services.events.publish("call.created", call);
    };
    services.calls.on_ended = [this](const Call& call) {
      services.control.counters.events_lost += services.events.publish("call.ended", call);
      services.voice_calls.hang_up(call.id());
    };
    listen();
    work_later(now());
    accept();
  }

  /// Workers post to io; connections, which io keeps alive, use the services: so the services go last.
  ~Impl() {
    if (parts) parts->workers.stop();
    acceptor.reset();
    agenda.reset();
    io.reset();
  }

  void listen() {
    error_code error;
    const auto address = asio::ip::make_address(options.host, error);
    if (error) {
      throw std::runtime_error(fmt::format(
          "\"{}\" is not an IP address to listen on; write for example --host 127.0.0.1 or --host ::1",
          options.host));
    }
    const tcp::endpoint endpoint(address, options.port);
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(4096, error);
    if (error == asio::error::address_in_use) {
      throw std::runtime_error(fmt::format(
          "port {} of {} is in use; stop the program that listens there or choose another port: --port 0",
          options.port, options.host));
    }
    if (error) {
      throw std::runtime_error(
          fmt::format("cannot listen on port {} of {}: {}", options.port, options.host, error.message()));
    }
  }

  void accept() {
    acceptor->async_accept([this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {  // out of descriptors, most likely: some may be free in a moment
        services.agenda.at(now() + std::chrono::milliseconds(50), [this] { accept(); });
        return;
      }
      serve(std::move(socket));
      accept();
    });
  }

  void serve(tcp::socket socket) {
    if (services.connections >= options.max_connections) return;  // closes the socket
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const int descriptor = socket.release(ignored);
    if (ignored) return;
    ++services.connections;
    std::shared_ptr<void> slot(nullptr, [s = &services](void*) { --s->connections; });
    open_http_session(services, descriptor, std::move(slot));
  }

  /// What happens without a request, at steady steps.
  void work_later(core::TimePoint last) {
    const auto next = last + Control::leak_step;
    services.agenda.at(next, [this, next] {
      services.control.leak(now());
      services.apis.work(moment());
      work_later(next);
    });
  }

  const Options options;
  std::unique_ptr<SpeechParts> parts;
  std::unique_ptr<asio::io_context> io;
  std::unique_ptr<Agenda> agenda;
  Services services;
  std::optional<tcp::acceptor> acceptor;
};

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->acceptor->local_endpoint().port(); }

void Server::run(bool handle_signals) {
  std::optional<asio::signal_set> signals;
  if (handle_signals) {
    signals.emplace(*impl_->io, SIGINT, SIGTERM);
    signals->async_wait([this](error_code error, int) {
      if (!error) impl_->io->stop();
    });
  }
  impl_->io->run();
}

void Server::stop() { impl_->io->stop(); }

}  // namespace soundcheck::reference_agent
