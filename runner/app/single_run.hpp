// One run from finding the target to its result. Control thread.
#pragma once

#include <variant>

#include "runner/app/host.hpp"
#include "runner/app/options.hpp"
#include "runner/app/prepared.hpp"
#include "runner/app/stop_signals.hpp"
#include "runner/report/result.hpp"

namespace soundcheck::app {

/// The exit code if there is no result: why has been said.
std::variant<report::RunResult, int> run_once(const Options& options, const Host& host, Prepared prepared,
                                              StopSignals& signals);

/// Once the result is written the journal is not needed any more, unless it was asked for.
void remove_journal(const Options& options);

}  // namespace soundcheck::app
