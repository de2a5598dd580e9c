// A metrics::Snapshot as bytes, and back: only what is not zero, so a second costs what happened in it and
// not what could have. Pure.
#pragma once

#include "runner/journal/bytes.hpp"
#include "runner/metrics/snapshot.hpp"

namespace soundcheck::journal {

void write(ByteWriter& out, const metrics::Snapshot& snapshot);
/// Replaces what `into` holds, and keeps its memory: histograms are large, and a journal has many seconds. If
/// the reader is not ok afterwards, the snapshot is of no use.
void read(ByteReader& in, metrics::Snapshot& into);

}  // namespace soundcheck::journal
