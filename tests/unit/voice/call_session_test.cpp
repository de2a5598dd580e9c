#include "protocols/voice/call_session.hpp"

#include <cerrno>

#include "tests/support/session_test.hpp"
#include "tests/support/simulated_target.hpp"
#include "tests/support/tone_clip.hpp"
#include "tests/support/websocket_wire.hpp"

namespace soundcheck::voice {
namespace {

using namespace std::chrono_literals;
using core::Counter;
using core::Metric;
using support::Fault;
using support::SimulatedTarget;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr core::TaskId id = 4;

class CallSessionTest : public testing::Test {
 protected:
  CallSessionTest() {
    workload.dialect = "binary";
    workload.upgrade = {"/api/v1/voice", "h", {}};
    workload.turns = 3;
    workload.setup_timeout = 5s;
    workload.answer_timeout = 10s;
    workload.pause_before_turn = core::Pause::uniform(300ms, 800ms);
    workload.pause_between_calls = core::Pause::constant(1s);
    encoding(audio::Encoding::pcm16);
  }
  ~CallSessionTest() override {
    target.kill_all();
    timeline.run_all();
  }
  void TearDown() override {
    EXPECT_EQ(group.live(), 0u) << "a task has not ended";
    EXPECT_EQ(group.error(), nullptr);
    EXPECT_EQ(target.open_channels(), 0u) << "a connection is still open";
    EXPECT_TRUE(timeline.timers().empty()) << "a timer is still queued";
    EXPECT_EQ(probe.in_progress(), 0);
  }

  void encoding(audio::Encoding e) {
    workload.variants = {{id, {e, 16'000, 20}, {audio::encode_clip(support::tone_clip("a", 100), e, 20)}}};
  }

  core::Task<void> call(int times) {
    for (int i = 0; i < times; ++i) co_await session.run_one(timeline.now(), core::TimePoint::max());
    session.close();
  }
  void run_calls(int times = 1) {
    group.spawn(call(times));
    EXPECT_TRUE(timeline.run_all()) << "timers go on for ever";
  }
  std::int64_t count(Counter counter) const { return probe.counter(id, counter); }
  core::TimePoint at(core::Duration since_begin) const { return begin + since_begin; }

  support::VirtualTimeline timeline;
  SimulatedTarget target{timeline};
  support::RecordingProbe probe;
  core::TaskGroup group;
  net::Endpoint endpoint = support::any_endpoint();
  const core::TimePoint begin = timeline.now();
  Workload workload;
  CallSession session{workload, {endpoint, target, timeline, probe, 1, 0}};
};

TEST_F(CallSessionTest, AWholeCall) {
  target.behaviour.connect_time = 2ms;
  target.behaviour.ready_after = 30ms;
  target.behaviour.final_after = 400ms;
  target.behaviour.rtf = 0.25;
  run_calls();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::started), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::turns), 3);
  EXPECT_EQ(count(Counter::clean_closes), 1);
  EXPECT_EQ(count(Counter::playout_gaps), 0);
  EXPECT_EQ(count(Counter::rtf_busy), 3);
  EXPECT_THAT(probe.values(id, Metric::connect_time), ElementsAre(2'000));
  EXPECT_THAT(probe.values(id, Metric::setup_time), ElementsAre(34'000)) << "2 connect, 2 upgrade, 30 ready";
  // The target hears the end of speech with the first silent frame, 20 ms after the last spoken one was due.
  EXPECT_THAT(probe.values(id, Metric::final_time), ElementsAre(420'000, 420'000, 420'000));
  EXPECT_THAT(probe.values(id, Metric::voice_to_voice), ElementsAre(420'000, 420'000, 420'000));
  EXPECT_THAT(probe.values(id, Metric::rtf), ElementsAre(250'000, 250'000, 250'000));
  EXPECT_THAT(probe.values(id, Metric::word_error_rate), ElementsAre(0, 0, 0));
  EXPECT_THAT(probe.values(id, Metric::pacing_error), Each(0));
  EXPECT_EQ(count(Counter::frames_received), 3 * static_cast<std::int64_t>(target.behaviour.answer_frames));
}

TEST_F(CallSessionTest, WhatTheAgentSaysCountsFromWhenItCameNotFromWhenItWasRead) {
  target.noticed_late = 3ms;
  target.behaviour.connect_time = 2ms;
  target.behaviour.ready_after = 30ms;
  target.behaviour.final_after = 400ms;
  run_calls();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_THAT(probe.values(id, Metric::setup_time), ElementsAre(31'000));
  EXPECT_THAT(probe.values(id, Metric::final_time), ElementsAre(417'000, 417'000, 417'000));
  EXPECT_THAT(probe.values(id, Metric::voice_to_voice), ElementsAre(417'000, 417'000, 417'000));
}

TEST_F(CallSessionTest, EveryEncoding) {
  for (const audio::Encoding e : {audio::Encoding::mulaw, audio::Encoding::opus}) {
    encoding(e);
    run_calls();
  }
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::turns), 6);
  EXPECT_THAT(probe.values(id, Metric::voice_to_voice), SizeIs(6));
}

TEST_F(CallSessionTest, FramesAreDueOnAnAbsoluteScheduleForAnHour) {
  workload.turns = 1'000'000;
  target.behaviour.connect_time = 0ns;
  target.record_frame_times = true;
  group.spawn(call(1));
  timeline.run_until(at(20min));
  target.kill_all();
  timeline.run_all();
  const std::vector<core::TimePoint>& times = target.frame_times();
  ASSERT_GT(times.size(), 59'000u);
  for (std::size_t i = 0; i < times.size(); ++i)
    ASSERT_EQ(times[i] - times[0], static_cast<std::int64_t>(i) * 20ms) << "frame " << i;
  EXPECT_EQ(count(Counter::frames_sent), static_cast<std::int64_t>(times.size()));
}

TEST_F(CallSessionTest, LiveRtfIsTheGrowthOfTheLag) {
  workload.rtf = core::RtfSource::live;
  target.behaviour.reports_busy = false;
  target.behaviour.rtf = 1.5;
  workload.turns = 1;
  run_calls();
  EXPECT_EQ(count(Counter::rtf_live), 1);
  EXPECT_EQ(count(Counter::rtf_busy), 0);
  EXPECT_THAT(probe.values(id, Metric::rtf),
              ElementsAre(testing::AllOf(testing::Ge(1'499'990), testing::Le(1'500'010))));
}

TEST_F(CallSessionTest, AnUnpacedUtteranceEndsTheCallWhenNoComputeTimeIsReported) {
  target.behaviour.reports_busy = false;
  target.behaviour.final_after = 505ms;  // the final covers 101 frames
  workload.turns = 2;
  run_calls();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::turns), 2);
  EXPECT_THAT(probe.values(id, Metric::rtf), ElementsAre(250'000));
  EXPECT_EQ(count(Counter::rtf_busy) + count(Counter::rtf_live), 0);
  EXPECT_EQ(count(Counter::clean_closes), 1);
}

TEST_F(CallSessionTest, TheEndOfTheRunDoesNotWaitForAnUnpacedUtterance) {
  target.behaviour.reports_busy = false;
  workload.turns = 1;
  workload.pause_before_turn = core::Pause::constant(0ms);
  group.spawn(call(1));
  while (count(Counter::turns) == 0) timeline.run_for(1ms);
  timeline.drain();
  const core::TimePoint drained = timeline.now();
  timeline.run_all();
  EXPECT_LE(timeline.now() - drained, 10ms) << "only goodbyes";
  EXPECT_THAT(probe.values(id, Metric::rtf), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 1);
}

TEST_F(CallSessionTest, DrainLetsTheTurnEndAndHangsUp) {
  workload.turns = 1'000;
  workload.pause_before_turn = core::Pause::constant(100ms);
  group.spawn(call(1));
  timeline.run_until(at(1s));  // in the middle of the first utterance
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::turns), 1);
  EXPECT_EQ(count(Counter::succeeded), 1);
  EXPECT_EQ(count(Counter::clean_closes), 1);
}

TEST_F(CallSessionTest, DrainBeforeTheFirstTurnSaysNothingAboutTheTarget) {
  group.spawn(call(1));
  timeline.run_until(at(100ms));
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 0);
  EXPECT_EQ(count(Counter::clean_closes), 1);
}

TEST_F(CallSessionTest, KillEndsTheCallAndCountsNothing) {
  group.spawn(call(1));
  timeline.run_until(at(1s));
  target.kill_all();
  timeline.run_all();
  EXPECT_EQ(timeline.now(), at(1s));
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 0);
  EXPECT_EQ(count(Counter::unclean_closes), 0);
}

TEST_F(CallSessionTest, ACleanHangUpSaysGoodbyeOnceAndCloses) {
  workload.turns = 1;
  run_calls(2);
  EXPECT_EQ(count(Counter::clean_closes), 2);
  EXPECT_EQ(target.served().goodbyes, 2u);
  EXPECT_EQ(target.served().close_frames, 2u);
}

TEST_F(CallSessionTest, AnAbruptHangUpSaysNothingAndIsAsPlanned) {
  workload.abrupt_hang_up = true;
  workload.turns = 1;
  run_calls(2);
  EXPECT_THAT(probe.failure_texts(), IsEmpty());
  EXPECT_EQ(count(Counter::turns), 2);
  EXPECT_EQ(count(Counter::succeeded), 2);
  EXPECT_EQ(count(Counter::unclean_closes), 2);
  EXPECT_EQ(count(Counter::clean_closes), 0);
  EXPECT_EQ(target.served().calls, 2u);
  EXPECT_EQ(target.served().goodbyes, 0u);
  EXPECT_EQ(target.served().close_frames, 0u);
}

/// Both end with the same frame of audio; what a clean one takes longer is the goodbye.
TEST_F(CallSessionTest, AnAbruptHangUpTakesNoTime) {
  workload.turns = 1;
  run_calls();
  const core::Duration clean = timeline.now() - begin;
  workload.abrupt_hang_up = true;
  support::VirtualTimeline time;
  SimulatedTarget net(time);
  CallSession caller(workload, {endpoint, net, time, probe, 1, 0});
  const core::TimePoint start = time.now();
  auto once = [&]() -> core::Task<void> { co_await caller.run_one(time.now(), core::TimePoint::max()); };
  group.spawn(once());
  EXPECT_TRUE(time.run_all());
  EXPECT_EQ(clean - (time.now() - start), target.behaviour.echo_latency);
}

TEST_F(CallSessionTest, AnAbruptHangUpBeforeTheFirstTurnIsNoSuccessAndNoFailure) {
  workload.abrupt_hang_up = true;
  group.spawn(call(1));
  timeline.run_until(at(100ms));
  timeline.drain();
  timeline.run_all();
  EXPECT_THAT(probe.failures(), IsEmpty());
  EXPECT_EQ(count(Counter::succeeded), 0);
  EXPECT_EQ(count(Counter::unclean_closes), 1);
  EXPECT_EQ(target.served().goodbyes, 0u);
}

TEST_F(CallSessionTest, WhoHangsUpAbruptlyStillSeesThatTheTargetDied) {
  workload.abrupt_hang_up = true;
  target.behaviour.dies_at = at(3s);
  run_calls();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: WebSocket: Connection reset by peer"));
  EXPECT_EQ(count(Counter::succeeded), 0);
}

TEST_F(CallSessionTest, ATargetThatNeverAnswersATurn) {
  target.behaviour.answers = false;
  workload.pause_before_turn = core::Pause::constant(0ms);
  run_calls();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: turn: no final transcript in time"));
  EXPECT_EQ(count(Counter::turns), 0);
  EXPECT_EQ(count(Counter::succeeded), 0);
}

TEST_F(CallSessionTest, ATargetThatIsNotReadyInTime) {
  target.behaviour.ready_after = 1h;
  run_calls();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("deadline: call setup: the target was not ready for audio in time"));
}

TEST_F(CallSessionTest, RefusedMakesTheCallerWait) {
  target.behaviour.dies_at = begin;
  workload.pause_between_calls = core::Pause::constant(0ms);
  run_calls();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("connect: connecting to 192.0.2.1:80: Connection refused"));
  EXPECT_EQ(session.think_time(), core::pause_after_refusal);
}

TEST_F(CallSessionTest, ATargetThatDiesInTheMiddle) {
  target.behaviour.dies_at = at(3s);
  run_calls();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: WebSocket: Connection reset by peer"));
  EXPECT_EQ(count(Counter::unclean_closes), 1);
}

class FailingAtEveryStep : public CallSessionTest, public testing::WithParamInterface<Fault> {};

TEST_P(FailingAtEveryStep, ExactlyOneFailure) {
  workload.turns = 1;
  workload.pause_before_turn = core::Pause::constant(100ms);
  workload.variants[0].clips = {
      audio::encode_clip(support::tone_clip("short", 5), audio::Encoding::pcm16, 20)};
  const auto play = [&](std::optional<std::size_t> operation) {
    support::VirtualTimeline time;
    SimulatedTarget net(time);
    support::RecordingProbe seen;
    core::TaskGroup tasks;
    net.behaviour.answer_frames = 5;
    if (operation) net.fail_at(*operation, GetParam());
    CallSession caller(workload, {endpoint, net, time, seen, 1, 0});
    auto once = [&]() -> core::Task<void> { co_await caller.run_one(time.now(), core::TimePoint::max()); };
    tasks.spawn(once());
    EXPECT_TRUE(time.run_all());
    EXPECT_EQ(tasks.live(), 0u);
    EXPECT_EQ(net.open_channels(), 0u);
    EXPECT_EQ(seen.in_progress(), 0);
    // A fault after the last turn, while both say goodbye, makes the end unclean; the call was good.
    const bool in_goodbye = seen.counter(id, Counter::turns) == 1;
    EXPECT_EQ(seen.failures().size(), operation && !in_goodbye ? 1u : 0u);
    EXPECT_EQ(seen.counter(id, Counter::succeeded), operation && !in_goodbye ? 0 : 1);
    return net.operations().size();
  };
  const std::size_t operations = play(std::nullopt);
  ASSERT_GT(operations, 40u);
  for (std::size_t k = 0; k < operations; ++k) {
    SCOPED_TRACE(k);
    play(k);
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingAtEveryStep, testing::Values(Fault::reset, Fault::end, Fault::stall));

/// What a target says wrong, by script.
class WrongTarget : public support::SessionTest {
 protected:
  WrongTarget() {
    workload.dialect = "binary";
    workload.upgrade = {"/voice", "h", {}};
    workload.turns = 1;
    workload.setup_timeout = 5s;
    workload.answer_timeout = 10s;
    workload.variants = {{id,
                          {audio::Encoding::pcm16, 16'000, 20},
                          {audio::encode_clip(support::tone_clip("a", 10), audio::Encoding::pcm16, 20)}}};
    check_script = false;  // the frames that are under way when the call ends are not in the script
  }
  void run_call() {
    CallSession session(workload, {endpoint, network, timeline, probe, 1, 0});
    auto once = [&]() -> core::Task<void> {
      co_await session.run_one(timeline.now(), core::TimePoint::max());
    };
    run(once());
  }
  support::Script& answered() {
    return network.on_dial().accept_websocket().expect_frame(
        1, R"({"type":"start","encoding":"pcm16","sample_rate":16000,"channels":1,"frame_ms":20})");
  }
  Workload workload;
};

TEST_F(WrongTarget, RefusesTheCall) {
  answered()
      .reply_frame(1, R"({"type":"error","code":"busy","message":"no line is free"})")
      .reply(support::server_close(1008));
  run_call();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("protocol: the target reported an error: no line is free"));
}

TEST_F(WrongTarget, HangsUpBeforeItIsReady) {
  answered().reply(support::server_close(1000));
  run_call();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: call setup: the target hung up"));
}

TEST_F(WrongTarget, HangsUpDuringTheCall) {
  answered().reply_frame(1, R"({"type":"ready"})").reply(support::server_close(1001), 100ms);
  run_call();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("read: call: the target hung up"));
}

TEST_F(WrongTarget, SpeaksAnotherProtocol) {
  answered().reply_frame(1, "hello");
  run_call();
  EXPECT_THAT(probe.failure_texts(),
              ElementsAre("protocol: the target sent a control message that is not JSON"));
}

TEST_F(WrongTarget, SendsAudioThatIsNone) {
  answered().reply_frame(1, R"({"type":"ready"})").reply_frame(2, "odd");
  run_call();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("protocol: the target sent audio that cannot be decoded"));
}

TEST_F(WrongTarget, NamesAbsurdPositions) {
  answered()
      .reply_frame(1, R"({"type":"ready"})")
      .reply_frame(1, R"({"type":"ack","audio_ms":1e300})", 50ms)
      .reply_frame(1,
                   R"({"type":"final","text":"x","busy_ms":1e300,"turn_audio_ms":1e-300,"audio_ms":-1e300})");
  run_call();
  EXPECT_THAT(probe.failure_texts(), ElementsAre("deadline: turn: no answer in time"));
  EXPECT_THAT(probe.values(id, Metric::lag), IsEmpty());
}

}  // namespace
}  // namespace soundcheck::voice
