// What the command line asks of the agent. Parsed once, constant from then on.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "tools/reference_agent/faults.hpp"

namespace soundcheck::reference_agent {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free port
  int announce_fd = -1;       ///< where "PORT\n" is written once; negative: nowhere
  bool exit_with_parent = false;
  bool quiet = false;
  bool control = false;  ///< serve /control

  std::uint32_t workers = 0;                ///< recognition threads; 0: 1 or 2, by the number of cores
  std::uint32_t decoders = 32;              ///< recognisers at most
  std::uint32_t endpoint_silence_ms = 400;  ///< silence that ends a turn
  std::uint32_t max_backlog_ms = 30'000;    ///< unprocessed audio at which a call is ended
  bool language_model = false;
  std::string voice = "kal16";
  bool no_speech = false;   ///< no voice channel; nothing is loaded
  bool echo_audio = false;  ///< the voice channel sends frames straight back; nothing is loaded
  std::uint32_t max_connections = 60'000;

  std::string database;            ///< a file; empty: in memory
  std::int64_t max_rows = 20'000;  ///< conversations, sessions, calls and so on that are kept, of each kind
  std::string api_key = "soundcheck";  ///< that the calling platform asks for

  std::uint64_t seed = 1;
  Faults faults;
};

/// The exit code in place of options: 0 after --help or --version (printed to `out`), 2 after a mistake
/// (printed to `err`, all wrong faults at once).
struct ParsedOptions {
  std::optional<Options> options;
  int exit_code = 0;
};
ParsedOptions parse_options(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace soundcheck::reference_agent
