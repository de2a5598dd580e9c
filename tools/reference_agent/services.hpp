// What the connections of one agent share, owned by its Server. Everything here belongs to the I/O thread,
// except the speech parts, which say themselves which threads may use them.
#pragma once

#include <memory>

#include "tools/reference_agent/agenda.hpp"
#include "tools/reference_agent/apis/apis.hpp"
#include "tools/reference_agent/apis/database.hpp"
#include "tools/reference_agent/apis/phone_calls.hpp"
#include "tools/reference_agent/call_audio.hpp"
#include "tools/reference_agent/control.hpp"
#include "tools/reference_agent/event_channel.hpp"
#include "tools/reference_agent/options.hpp"
#include "tools/reference_agent/voice_call.hpp"

namespace soundcheck::reference_agent {

struct Services {
  /// Opens the database that the options name. Throws DatabaseError.
  Services(boost::asio::io_context& io_context, Agenda& things_to_do, const Options& o, core::TimePoint start,
           Speech* speech_or_null)
      : io(io_context),
        agenda(things_to_do),
        options(o),
        started(start),
        control(o.faults, o.seed, start),
        database(o.database),
        calls(database, o.max_rows),
        apis(o, database, calls, control, start),
        speech(speech_or_null) {}

  boost::asio::io_context& io;
  Agenda& agenda;
  const Options& options;
  const core::TimePoint started;
  Control control;
  Database database;
  PhoneCalls calls;
  Apis apis;
  Speech* speech;  ///< nullptr with --no-speech and --echo-audio
  EventHub events;
  VoiceCalls voice_calls{*this};
  std::uint32_t connections = 0;
};

}  // namespace soundcheck::reference_agent
