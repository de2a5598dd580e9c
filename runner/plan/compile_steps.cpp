#include "runner/plan/compile_steps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "runner/plan/compile.hpp"

namespace soundcheck::plan {

namespace {

http::Bound compile_bound(const profile::Bound& bound, double scale) {
  return {static_cast<http::Bound::Op>(bound.op),
          static_cast<std::int64_t>(std::llround(bound.value * scale)), bound.text};
}

}  // namespace

StepCompiler::StepCompiler(Plan& plan, const profile::ApiSystem& system, core::VariableTable& names,
                           std::string prefix)
    : plan_(plan),
      system_(system),
      names_(names),
      prefix_(std::move(prefix)),
      first_task_(plan.tasks.size()) {}

core::TaskId StepCompiler::task_id(const std::string& name) {
  for (std::size_t i = first_task_; i < plan_.tasks.size(); ++i) {
    if (plan_.tasks[i].second == name) return static_cast<core::TaskId>(i);
  }
  return add_task(plan_, core::Subsystem::api, name);
}

std::vector<core::Slot> StepCompiler::own_slots(const std::vector<profile::Step>& steps) const {
  std::vector<core::Slot> slots;
  for (const std::string& name : profile::variables_set_by(steps)) {
    if (known_.count(name) == 0) slots.push_back(names_.slot(name));
  }
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

core::TextTemplate StepCompiler::text(const std::string& text) {
  return core::TextTemplate::compile(text, names_);
}

core::Expression StepCompiler::expression(const std::string& text) {
  if (text.empty()) return {};
  return std::get<core::Expression>(core::Expression::compile(text, names_));  // the loader has checked it
}

void StepCompiler::use_data() {
  for (const profile::DataSource& source : system_.data) {
    for (const std::string& column : source.table->columns())
      known_.insert(fmt::format("{}.{}", source.name, column));
  }
}

std::vector<http::DataDraw> StepCompiler::draws() {
  std::vector<http::DataDraw> out;
  const std::vector<core::Slot> asked = names_.take_asked();
  for (std::size_t i = 0; i < system_.data.size(); ++i) {
    const profile::DataSource& source = system_.data[i];
    http::DataDraw draw{i, {}};
    for (const core::Slot slot : asked) {
      const std::string& name = names_.name(slot);
      if (!name.starts_with(source.name + ".")) continue;
      if (const auto column = source.table->column(std::string_view(name).substr(source.name.size() + 1)))
        draw.cells.emplace_back(slot, *column);
    }
    if (!draw.cells.empty()) out.push_back(std::move(draw));
  }
  return out;
}

http::SetStep StepCompiler::assignments(const profile::Assignments& values) {
  http::SetStep out;
  for (const profile::Assignment& assignment : values) {
    out.values.emplace_back(names_.slot(assignment.name), text(assignment.value));
    if (assignment.secret) names_.hide(assignment.name);
    known_.insert(assignment.name);
  }
  return out;
}

/// The system's headers and the step's; where both name the same, the step's counts. A header of the system
/// is left out where what it names is not known yet: the login cannot show the token that it is about to get.
http::Headers StepCompiler::headers_of(const profile::RequestStep& step) const {
  http::Headers headers = step.headers;
  for (const auto& [name, value] : system_.headers) {
    const auto needed = core::TextTemplate::check(value);
    const auto& variables = std::get<std::vector<std::string>>(needed);
    const bool ready = std::all_of(variables.begin(), variables.end(),
                                   [&](const std::string& variable) { return known_.count(variable) != 0; });
    if (ready && http::find_header(step.headers, name) == nullptr) headers.emplace_back(name, value);
  }
  if (!system_.accept_encoding.empty() && http::find_header(headers, "Accept-Encoding") == nullptr)
    headers.emplace_back("Accept-Encoding", fmt::format("{}", fmt::join(system_.accept_encoding, ", ")));
  return headers;
}

core::ContentMatch StepCompiler::match(const profile::ResponseCheck& check) {
  return compile_match(check.body_contains, check.json, names_);
}

http::Extraction StepCompiler::extraction(const profile::Extraction& extraction) {
  using Source = profile::Extraction::Source;
  using Pick = http::Extraction::Pick;
  constexpr std::array<std::pair<std::string_view, Pick>, 5> picks{{{"first", Pick::first},
                                                                    {"last", Pick::last},
                                                                    {"random", Pick::random},
                                                                    {"count", Pick::count},
                                                                    {"all", Pick::all}}};
  http::Extraction out;
  out.slot = names_.slot(extraction.variable);
  known_.insert(extraction.variable);
  out.variable = extraction.variable;
  out.pick = std::find_if(picks.begin(), picks.end(), [&](const auto& p) {
               return p.first == extraction.pick;
             })->second;
  out.place = names_.new_place();
  out.otherwise = extraction.otherwise;
  // The loader has checked paths and expressions.
  switch (extraction.source) {
    case Source::json:
      if (extraction.text.starts_with('$')) {
        out.source = std::get<core::JsonPath>(core::JsonPath::parse(extraction.text));
      } else {
        out.source = http::PointerSource{extraction.text};
      }
      break;
    case Source::header:
      out.source = http::HeaderSource{extraction.text};
      break;
    case Source::cookie:
      out.source = http::CookieSource{extraction.text};
      break;
    case Source::regex: {
      auto pattern = std::get<http::PatternSource>(http::PatternSource::compile(extraction.text));
      pattern.group = extraction.group;
      out.source = std::move(pattern);
      break;
    }
  }
  return out;
}

std::shared_ptr<const http::MultipartTemplate> StepCompiler::multipart(
    const std::vector<profile::Part>& parts) {
  if (parts.empty()) return nullptr;
  auto out = std::make_shared<http::MultipartTemplate>();
  core::Random random(plan_.seed, names_.new_place());
  out->boundary = http::make_boundary(random);
  for (const profile::Part& part : parts) {
    if (part.value) {
      out->parts.emplace_back(http::FieldTemplate{part.name, text(*part.value)});
      continue;
    }
    http::FilePart file{part.name, part.filename, part.content_type};
    if (file.content_type.empty()) file.content_type = http::content_type_of(file.filename);
    if (!part.generate) {
      out->parts.emplace_back(http::FileTemplate{std::move(file), part.content});
      continue;
    }
    http::RowsTemplate rows{
        std::move(file), part.generate->rows, {}, names_.slot("index"), names_.new_place()};
    for (const auto& [name, value] : part.generate->columns) rows.columns.emplace_back(name, text(value));
    out->parts.emplace_back(std::move(rows));
  }
  return out;
}

http::RequestStep StepCompiler::request(const profile::RequestStep& step) {
  auto parts = multipart(step.multipart);
  http::RequestSpec spec{step.method,      prefix_ + step.path, plan_.endpoint.authority,
                         headers_of(step), step.body,           step.content_type};
  if (parts) spec.content_type = parts->content_type();
  spec.label = fmt::format("{} {}{}", step.method, prefix_, step.shown_path);
  spec.json = step.json_body;
  spec.close = !system_.keep_alive;
  spec.chunked = step.chunked;
  spec.expect_continue = step.expect_continue;
  http::route(spec, plan_.endpoint);
  http::RequestStep out{http::Request(std::move(spec), &names_), http::StatusSet{}, match(step.check), {}};
  for (const auto& [first, last] : step.check.status) out.status.add(first, last);
  for (const auto& [name, value] : step.check.headers) out.headers.push_back({name, text(value)});
  if (step.check.size) out.size = compile_bound(*step.check.size, 1);
  if (step.check.time) out.time = compile_bound(*step.check.time, 1e9);
  for (const auto* list : {&step.extract, &step.extract_headers}) {
    for (const profile::Extraction& one : *list) out.extract.push_back(extraction(one));
  }
  if (step.stream) out.stream = http::StreamRule{step.stream->token, step.stream->until};
  out.multipart = std::move(parts);
  if (!step.check.that.empty()) out.that = expression(step.check.that);
  if (!step.name.empty()) out.counted_under = task_id(step.name);
  out.goes_on = step.goes_on;
  return out;
}

http::RepeatStep StepCompiler::repeat(const profile::Step& step) {
  http::RepeatStep out{text(step.count), step.at_most, expression(step.condition), names_.slot("index"), {}};
  out.steps = steps(step.steps);
  return out;
}

http::Step StepCompiler::step(const profile::Step& step) {
  using Kind = profile::Step::Kind;
  switch (step.kind) {
    case Kind::request:
      return request(step.request);
    case Kind::pause:
      return http::PauseStep{step.pause};
    case Kind::set:
      return assignments(step.set);
    case Kind::when: {
      http::WhenStep out{expression(step.condition), steps(step.steps), {}};
      out.otherwise = steps(step.otherwise);
      return out;
    }
    case Kind::repeat:
      return repeat(step);
    case Kind::poll: {
      http::PollStep out{request(step.request), {}, step.every, step.within};
      out.until = expression(step.condition);
      return out;
    }
    case Kind::stop_task:
      break;
  }
  return http::StopStep{step.reason};
}

std::vector<http::Step> StepCompiler::steps(const std::vector<profile::Step>& steps) {
  std::vector<http::Step> out;
  for (const profile::Step& one : steps) out.push_back(step(one));
  return out;
}

}  // namespace soundcheck::plan
