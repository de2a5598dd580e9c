// What one step of the sample path costs: recording, rendering, framing, timers, parsing. Run with
// build/bench/bin/micro_bench on an idle machine.
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/data_table.hpp"
#include "protocols/core/feeder.hpp"
#include "protocols/core/random.hpp"
#include "protocols/core/random_values.hpp"
#include "protocols/core/text_template.hpp"
#include "protocols/core/timer.hpp"
#include "protocols/http/request.hpp"
#include "protocols/http/response_parser.hpp"
#include "protocols/websocket/frame.hpp"
#include "runner/metrics/histogram.hpp"
#include "runner/metrics/recorder.hpp"
#include "runner/shape/arrivals.hpp"

namespace soundcheck {
namespace {

/// Latencies between 0.1 and 100 ms, so that the histogram's whole path is used.
std::vector<std::int64_t> latencies() {
  core::Random random(1);
  std::vector<std::int64_t> values(4096);
  for (std::int64_t& value : values) value = 100 + static_cast<std::int64_t>(random.below(100'000));
  return values;
}

void histogram_record(benchmark::State& state) {
  const auto values = latencies();
  metrics::Histogram histogram;
  std::size_t i = 0;
  for (auto _ : state) histogram.record(values[i++ % values.size()]);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(histogram_record);

/// As a session does it: through the interface, one of 16 tasks.
void probe_record(benchmark::State& state) {
  const auto values = latencies();
  metrics::Recorder recorder(16);
  core::Probe* probe = &recorder;
  benchmark::DoNotOptimize(probe);
  std::size_t i = 0;
  for (auto _ : state) {
    probe->record(static_cast<core::TaskId>(i % 16), core::Metric::response_time, values[i % values.size()]);
    ++i;
  }
}
BENCHMARK(probe_record);

void probe_count(benchmark::State& state) {
  metrics::Recorder recorder(1);
  core::Probe* probe = &recorder;
  benchmark::DoNotOptimize(probe);
  for (auto _ : state) {
    probe->count(0, core::Counter::frames_sent, 1);
    benchmark::ClobberMemory();  // or the loop becomes one addition
  }
}
BENCHMARK(probe_count);

core::VariableTable& names() {
  static core::VariableTable table;
  return table;
}

http::Request request_for(const std::string& path) {
  return http::Request({"GET", path, "127.0.0.1:8080", {{"Accept", "application/json"}}, {}, {}}, &names());
}

void render_constant_request(benchmark::State& state) {
  const http::Request request = request_for("/api/v1/calls?limit=20");
  const core::Variables variables;
  std::string buffer;
  for (auto _ : state) benchmark::DoNotOptimize(request.render(variables, buffer));
}
BENCHMARK(render_constant_request);

void render_request_with_variables(benchmark::State& state) {
  std::string path = "/api/v1/calls";
  core::Variables variables;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const std::string name = "part_" + std::to_string(i);
    path += "/{{" + name + "}}";
    variables.set(names().slot(name), "c-000007");
  }
  const http::Request request = request_for(path);
  std::string buffer;
  for (auto _ : state) benchmark::DoNotOptimize(request.render(variables, buffer));
}
BENCHMARK(render_request_with_variables)->ArgName("variables")->Arg(1)->Arg(5);

void render_template(benchmark::State& state) {
  const auto text = core::TextTemplate::compile(
      R"({"type":"echo","id":"{{id}}","user":"{{user}}","from":"{{from}}","to":"{{to}}","at":"{{at}}"})",
      names(), core::Escape::json);
  core::Variables variables;
  for (const char* name : {"id", "user", "from", "to", "at"}) variables.set(names().slot(name), "c-000007");
  std::string out;
  for (auto _ : state) {
    out.clear();
    text.render(variables, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(render_template);

void build_frame(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::string out;
  std::uint32_t mask = 0x12345678;
  for (auto _ : state) {
    out.clear();
    websocket::append_frame(out, websocket::Opcode::binary, payload, ++mask);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(build_frame)->Arg(100)->Arg(640);  // an Opus frame, 20 ms of PCM16 at 16 kHz

/// A server's frame is not masked.
std::string server_frame(std::size_t size) {
  std::string frame{static_cast<char>(0x82)};
  if (size < 126) {
    frame += static_cast<char>(size);
  } else {
    frame += {static_cast<char>(126), static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  }
  return frame.append(size, 'x');
}

void read_frame(benchmark::State& state) {
  const std::string frame = server_frame(static_cast<std::size_t>(state.range(0)));
  websocket::FrameReader reader(1024 * 1024);
  for (auto _ : state) {
    std::span<const char> bytes(frame);
    if (!reader.next(bytes)) state.SkipWithError("the frame was not read");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(read_frame)->Arg(100)->Arg(640);

struct CountingTimer : core::Timer {
  CountingTimer()
      : Timer([](core::Timer& timer, core::Wake) { ++static_cast<CountingTimer&>(timer).fired; }) {}
  int fired = 0;
};

/// A pacer's timer among those of as many others: queued one frame ahead, fired, queued again.
void timer_add_and_fire(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const core::Duration frame = std::chrono::milliseconds(20);
  std::vector<std::unique_ptr<CountingTimer>> timers;
  core::TimerQueue queue;
  for (std::size_t i = 0; i < count; ++i) {
    timers.push_back(std::make_unique<CountingTimer>());
    queue.add(*timers.back(), core::TimePoint{} + frame * static_cast<std::int64_t>(i) / state.range(0));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    const core::TimePoint now = queue.earliest();
    if (!queue.fire_due(now)) state.SkipWithError("no timer was due");
    queue.add(*timers[next], now + frame);
    next = next + 1 == count ? 0 : next + 1;
  }
}
BENCHMARK(timer_add_and_fire)->Arg(50)->Arg(1000)->Arg(10'000);

void parse_response(benchmark::State& state) {
  const bool keep_body = state.range(0) != 0;
  const std::string response =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: agent\r\nContent-Length: 100\r\n\r\n" +
      std::string(100, 'x');
  http::ResponseParser parser;
  for (auto _ : state) {
    parser.start(false, keep_body);
    if (parser.feed(std::span<const char>(response)) != http::ResponseParser::Progress::done) {
      state.SkipWithError("the response was not parsed");
    }
  }
}
BENCHMARK(parse_response)->ArgName("keep_body")->Arg(0)->Arg(1);

/// The open model's next start, on a ramp: the general case, with a root to be found.
void next_arrival(benchmark::State& state) {
  const auto spacing = state.range(0) != 0 ? shape::Spacing::poisson : shape::Spacing::even;
  constexpr auto hour = std::chrono::hours(1);
  const shape::Curve ramp({{10'000, hour, {}}}, hour);
  std::optional<shape::Arrivals> arrivals;
  for (auto _ : state) {
    if (!arrivals || !arrivals->next()) arrivals.emplace(ramp, spacing, 1, shape::Share{});
  }
}
BENCHMARK(next_arrival)->ArgName("poisson")->Arg(0)->Arg(1);

/// Contacts as a feeder reads them: made-up names, telephone numbers and sentences in quotes.
std::string contacts(std::int64_t rows) {
  core::Random random(1);
  std::string csv = "name,phone,note\n";
  for (std::int64_t i = 0; i < rows; ++i) {
    core::append_name(csv, random);
    csv += ',';
    core::append_phone(csv, random);
    csv += ",\"";
    core::append_sentence(csv, random);
    csv += "\"\n";
  }
  return csv;
}

/// What a run waits for before it starts: a data file is read once, for all users. The file is in the cache.
void data_table_start(benchmark::State& state) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "soundcheck_bench_contacts.csv";
  std::ofstream(file, std::ios::binary) << contacts(state.range(0));
  for (auto _ : state) {
    if (core::DataTable::load(file).index() != 0) state.SkipWithError("the file was not read");
  }
  std::filesystem::remove(file);
}
BENCHMARK(data_table_start)->ArgName("rows")->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// What a step pays for a row: which is next, and the text of one of its cells.
void feeder_next(benchmark::State& state) {
  const auto order = static_cast<core::FeedOrder>(state.range(0));
  const auto table = std::get<0>(core::DataTable::from_csv(contacts(100'000)));
  core::Feeder feeder(order, table->rows(), {3, 50}, 1);
  std::string text;
  for (auto _ : state) {
    text.clear();
    table->append(static_cast<std::size_t>(*feeder.next()), 1, text);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(feeder_next)
    ->ArgName("random")
    ->Arg(static_cast<int>(core::FeedOrder::circular))
    ->Arg(static_cast<int>(core::FeedOrder::random));

}  // namespace
}  // namespace soundcheck
