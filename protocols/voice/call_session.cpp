#include "protocols/voice/call_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocols/audio/level.hpp"
#include "protocols/dialects/table.hpp"
#include "protocols/websocket/report.hpp"

namespace soundcheck::voice {

using core::Counter;
using core::Failure;
using core::Metric;
using core::RtfSource;
using core::Stage;
using dialects::Event;
using websocket::Connection;
using websocket::Opcode;

namespace {
constexpr websocket::MessageLimits message_limits{1024 * 1024, 0};
constexpr core::Duration goodbye_time = std::chrono::seconds(2);
constexpr core::Duration unpaced_silence = std::chrono::seconds(1);

/// Frames of all calls are due on whole milliseconds: one wake-up then serves all that are due in it, which
/// costs a sixth less per frame than a wake-up for each, and no frame waits longer than a few tenths of a
/// millisecond.
core::TimePoint next_millisecond(core::TimePoint t) {
  return std::chrono::ceil<std::chrono::milliseconds>(t);
}

std::string_view as_text(const audio::Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
}  // namespace

CallSession::CallSession(const Workload& workload, const net::UserContext& context)
    : workload_(workload),
      context_(context),
      random_(context.seed, context.user),
      call_number_(context.user) {}

CallSession::~CallSession() = default;

core::Duration CallSession::think_time() {
  const core::Duration pause = workload_.pause_between_calls.draw(random_);
  return refused_ ? std::max(pause, core::pause_after_refusal) : pause;
}

core::Task<void> CallSession::run_one(TimePoint intended, TimePoint until) {
  variant_ = &workload_.variants[call_number_++ % workload_.variants.size()];
  dialect_ = dialects::make_dialect(workload_.dialect);
  decoder_.reset();
  playout_ = {};
  turn_.reset();
  unpaced_.reset();
  busy_reported_ = false;
  turns_done_ = 0;
  ready_ = dialect_->ready_at_open();
  said_goodbye_ = false;
  call_failure_.reset();
  changed_.clear();

  until_ = until;
  const TimePoint start = context_.timeline.now();
  const core::TaskId task = variant_->task;
  core::record_start(context_.probe, task, intended, start, free_since_);
  const TimePoint deadline = start + workload_.setup_timeout;
  const core::Variables no_variables;
  auto opened =
      co_await Connection::open(context_, workload_.upgrade, no_variables, random_, deadline, message_limits);
  if (context_.timeline.killed()) co_return;
  refused_ = std::holds_alternative<Failure>(opened);
  if (const auto* failure = std::get_if<Failure>(&opened)) {
    context_.probe.fail(task, *failure);
    free_since_ = context_.timeline.now();
    co_return;
  }
  auto& success = std::get<Connection::Opened>(opened);
  websocket::report_opened(context_, task, start, success, !std::exchange(ever_connected_, true));
  connection_ = std::move(success.connection);
  reported_ = {};
  ready_at_ = std::max(connection_->arrived(), success.ready);

  core::TaskGroup group;
  group.spawn(pump());
  std::optional<Failure> failure = co_await wait_ready(deadline);
  if (!failure) {
    context_.probe.record(task, Metric::setup_time, ready_at_ - start);
    failure = co_await talk();
  }
  co_await hang_up();
  co_await group.join();
  context_.probe.in_progress(task, -1);
  report_end(failure);
  turn_.reset();
  connection_.reset();
  free_since_ = context_.timeline.now();
}

core::Task<void> CallSession::pump() {
  co_await connection_->pump(*this);
  changed_.notify();
}

bool CallSession::send_all(const std::vector<dialects::Outgoing>& messages) {
  for (const dialects::Outgoing& message : messages) {
    if (!connection_->send(message.binary ? Opcode::binary : Opcode::text, message.payload)) return false;
  }
  return true;
}

core::Task<std::optional<Failure>> CallSession::wait_ready(TimePoint deadline) {
  send_all(dialect_->open(variant_->format));
  while (!ready_) {
    if (call_failure_) co_return call_failure_;
    if (connection_->ended()) {
      co_return connection_->failure().value_or(Failure{Stage::read, 0, "call setup: the target hung up"});
    }
    if (context_.timeline.killed() || context_.timeline.now() >= deadline) {
      co_return Failure{Stage::deadline, 0, "call setup: the target was not ready for audio in time"};
    }
    co_await changed_.wait_until(context_.timeline, deadline);
  }
  co_return std::nullopt;
}

void CallSession::begin_turn(std::uint64_t frame) {
  utterance_ = variant_->clips[random_.below(variant_->clips.size())];
  audible_ = false;
  turn_.emplace(*utterance_, clock_, frame, workload_.answer_timeout);
}

core::Task<std::optional<Failure>> CallSession::talk() {
  const Duration frame = std::chrono::milliseconds(variant_->format.frame_ms);
  // Calls begin at different points inside a frame, so that their sends do not bunch.
  clock_ = {next_millisecond(context_.timeline.now() + random_.between({}, frame)), frame};
  audio::Pacer pacer(clock_.t0, frame);
  auto pause_frames = [&] {
    const Duration pause = workload_.pause_before_turn.draw(random_);
    return static_cast<std::uint64_t>((pause + frame - Duration(1)) / frame);
  };
  next_turn_frame_ = pause_frames();

  for (;;) {
    co_await context_.timeline.sleep_until(pacer.next_due());
    const TimePoint now = context_.timeline.now();
    if (context_.timeline.killed()) {
      if (const std::uint64_t unsent = pacer.overdue(now))
        context_.probe.count(variant_->task, Counter::frames_skipped, static_cast<std::int64_t>(unsent));
      co_return std::nullopt;
    }
    if (call_failure_) co_return call_failure_;
    if (connection_->ended()) {
      co_return connection_->failure().value_or(Failure{Stage::read, 0, "call: the target hung up"});
    }
    if (turn_) {
      if (auto overdue = turn_->overdue(now)) co_return overdue;
      if (turn_->complete(now, playout_)) {
        if (auto failure = turn_->verdict()) co_return failure;
        report_turn();
        turn_.reset();
        if (++turns_done_ == workload_.turns) {
          if (wants_unpaced()) co_await measure_unpaced(pacer.next_index());
          co_return std::nullopt;
        }
        next_turn_frame_ = pacer.next_index() + pause_frames();
      }
    }
    if (!turn_) {
      if (context_.timeline.draining() || now >= until_) co_return std::nullopt;
      if (pacer.next_index() >= next_turn_frame_) begin_turn(pacer.next_index());
    }
    const audio::Pacer::Step step = pacer.take(now);
    if (!step.send) continue;
    if (auto failure = send_frame(step.index, pacer.due(step.index))) co_return failure;
  }
}

std::optional<Failure> CallSession::send_frame(std::uint64_t index, TimePoint due) {
  const std::int64_t spoken = turn_ ? turn_->utterance_frame(index) : -1;
  const audio::EncodedClip& source = turn_ ? *utterance_ : *variant_->clips.front();
  const audio::Bytes& frame = spoken >= 0 ? source.frames[static_cast<std::size_t>(spoken)] : source.silence;
  if (!connection_->send(Opcode::binary, as_text(frame))) {
    return connection_->failure().value_or(Failure{Stage::write, 0, "call: sending audio failed"});
  }
  context_.probe.record(variant_->task, Metric::pacing_error, context_.timeline.now() - due);
  context_.probe.count(variant_->task, Counter::frames_sent, 1);
  return std::nullopt;
}

void CallSession::on_message(Opcode opcode, std::string_view payload) {
  handle(opcode == Opcode::binary ? dialect_->on_binary(payload) : dialect_->on_text(payload));
}

void CallSession::handle(const Event& event) {
  const TimePoint came = connection_->arrived();
  switch (event.kind) {
    case Event::Kind::ready:
      if (!ready_) ready_at_ = came;
      ready_ = true;
      changed_.notify();
      return;
    case Event::Kind::goodbye:
      said_goodbye_ = true;
      changed_.notify();
      return;
    case Event::Kind::error:
      call_failure_ =
          Failure{Stage::protocol, 0, fmt::format("the target reported an error: {}", event.text)};
      changed_.notify();
      return;
    case Event::Kind::malformed:
      call_failure_ = Failure{Stage::protocol, 0, fmt::format("the target sent {}", event.text)};
      changed_.notify();
      return;
    case Event::Kind::agent_audio:
      handle_agent_audio(event.audio);
      return;
    case Event::Kind::agent_started:
      playout_.begin_utterance();
      break;
    case Event::Kind::agent_ended:
      playout_.end_utterance();
      break;
    case Event::Kind::interrupted:
      playout_.clear(came);
      playout_.end_utterance();
      break;
    case Event::Kind::acknowledged:
    case Event::Kind::speech_started:
    case Event::Kind::partial:
    case Event::Kind::final:
      break;
    case Event::Kind::ignored:
      return;
  }
  if (unpaced_) {
    unpaced_->on_event(event, came);
    changed_.notify();
  }
  if (!turn_) return;
  if (const auto lag = turn_->lag(event, came)) context_.probe.record(variant_->task, Metric::lag, *lag);
  turn_->on_event(event, came);
}

void CallSession::handle_agent_audio(std::string_view audio) {
  const TimePoint came = connection_->arrived();
  const std::uint32_t rate = variant_->format.sample_rate;
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(audio.data()), audio.size());
  if (!decoder_) decoder_ = audio::make_decoder(variant_->format.encoding, rate);
  const std::uint32_t samples = decoder_->sample_count(bytes);
  if (samples == 0) {
    call_failure_ = Failure{Stage::protocol, 0, "the target sent audio that cannot be decoded"};
    changed_.notify();
    return;
  }
  context_.probe.count(variant_->task, Counter::frames_received, 1);
  const auto length = [rate](std::uint64_t n) {
    return Duration(static_cast<std::int64_t>(n * 1'000'000'000 / rate));
  };
  const audio::Playout::Heard heard = playout_.push(came, length(samples));
  if (heard.gap > Duration::zero()) {
    context_.probe.count(variant_->task, Counter::playout_gaps, 1);
    context_.probe.record(variant_->task, Metric::playout_gap, heard.gap);
  }
  // Decoding costs; it is needed only until the answer has become audible.
  if (!turn_ || audible_) return;
  decoded_.clear();
  if (!decoder_->decode(bytes, decoded_)) return;
  if (const auto first = audio::first_audible(decoded_)) {
    audible_ = true;
    turn_->on_audible(heard.begin + length(*first));
  }
}

void CallSession::report_turn() {
  const core::TaskId task = variant_->task;
  websocket::report_traffic(context_, task, connection_->traffic(), reported_);
  context_.probe.count(task, Counter::turns, 1);
  if (const auto t = turn_->first_partial_time()) context_.probe.record(task, Metric::first_partial_time, *t);
  if (const auto t = turn_->final_time()) context_.probe.record(task, Metric::final_time, *t);
  if (const auto t = turn_->voice_to_voice()) context_.probe.record(task, Metric::voice_to_voice, *t);
  context_.probe.record_ratio(task, Metric::word_error_rate, turn_->word_error_rate());
  report_rtf();
}

void CallSession::report_rtf() {
  const core::TaskId task = variant_->task;
  const auto busy = turn_->rtf_busy();
  const auto live = turn_->rtf_live();
  busy_reported_ = busy_reported_ || busy.has_value();
  const bool automatic = workload_.rtf == RtfSource::automatic;
  if (busy && (automatic || workload_.rtf == RtfSource::busy)) {
    context_.probe.record_ratio(task, Metric::rtf, *busy);
    context_.probe.count(task, Counter::rtf_busy, 1);
  } else if (live && (workload_.rtf == RtfSource::live || (automatic && !dialect_->allows_bursts()))) {
    context_.probe.record_ratio(task, Metric::rtf, *live);
    context_.probe.count(task, Counter::rtf_live, 1);
  }
}

bool CallSession::wants_unpaced() const {
  const bool ending = context_.timeline.draining() || context_.timeline.now() >= until_;
  if (turns_done_ == 0 || ending || connection_->ended()) return false;
  return workload_.rtf == RtfSource::unpaced ||
         (workload_.rtf == RtfSource::automatic && !busy_reported_ && dialect_->allows_bursts());
}

core::Task<void> CallSession::measure_unpaced(std::uint64_t next_frame) {
  utterance_ = variant_->clips[random_.below(variant_->clips.size())];
  const double frame_ms = variant_->format.frame_ms;
  // Without silence behind it, an utterance does not end for the target.
  const auto silent_frames = static_cast<std::size_t>(core::to_milliseconds(unpaced_silence) / frame_ms);
  const double sent_ms = static_cast<double>(utterance_->frames.size() + silent_frames) * frame_ms;
  unpaced_.emplace(static_cast<double>(next_frame) * frame_ms, sent_ms, context_.timeline.now());
  bool sent = true;
  for (const audio::Bytes& frame : utterance_->frames)
    sent = sent && connection_->send(Opcode::binary, as_text(frame));
  for (std::size_t i = 0; i < silent_frames; ++i) {
    sent = sent && connection_->send(Opcode::binary, as_text(utterance_->silence));
  }
  const TimePoint give_up = context_.timeline.now() + workload_.answer_timeout;
  // It is not a turn of the caller's: the end of the run does not wait for it.
  while (sent && !unpaced_->rtf() && !connection_->ended() && !context_.timeline.draining() &&
         context_.timeline.now() < give_up) {
    co_await changed_.wait_until(context_.timeline, give_up, true);
  }
  // A target that does not answer has failed nothing that a caller does: there is just no value.
  const auto rtf = unpaced_->rtf();
  if (!rtf) co_return;
  context_.probe.record_ratio(variant_->task, Metric::rtf, *rtf);
  context_.probe.count(variant_->task, Counter::rtf_unpaced, 1);
}

core::Task<void> CallSession::hang_up() {
  if (workload_.abrupt_hang_up && !connection_->ended()) {
    connection_->abort(net::IoStatus::cancelled);
    co_return;
  }
  if (!connection_->ended()) {
    const TimePoint give_up = context_.timeline.now() + goodbye_time;
    if (ready_) send_all(dialect_->hang_up());
    while (ready_ && !said_goodbye_ && !connection_->ended() && !context_.timeline.killed() &&
           context_.timeline.now() < give_up) {
      co_await changed_.wait_until(context_.timeline, give_up);
    }
    connection_->close(1000);
    while (!connection_->ended() && !context_.timeline.killed() && context_.timeline.now() < give_up) {
      co_await changed_.wait_until(context_.timeline, give_up);
    }
    if (!connection_->ended()) connection_->abort(net::IoStatus::timed_out);
  }
}

void CallSession::report_end(const std::optional<Failure>& failure) {
  const core::TaskId task = variant_->task;
  websocket::report_traffic(context_, task, connection_->traffic(), reported_);
  if (context_.timeline.killed()) return;
  context_.probe.count(task, connection_->clean() ? Counter::clean_closes : Counter::unclean_closes, 1);
  if (failure) {
    context_.probe.fail(task, *failure);
  } else if (turns_done_ > 0) {
    // A call that the planned end cut short before its first turn says nothing about the target.
    context_.probe.count(task, Counter::succeeded, 1);
  }
}

}  // namespace soundcheck::voice
