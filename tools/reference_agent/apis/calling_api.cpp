#include "tools/reference_agent/apis/calling_api.hpp"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "tools/reference_agent/apis/request_fields.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr std::string_view import_path = "/calling/api/contacts/import";
constexpr std::string_view import_prefix = "m";
constexpr std::string_view call_prefix = "k";

json::object call_json(const ScheduledCall& call) {
  return {{"call_id", make_id(call_prefix, call.number)},
          {"contact", call.contact},
          {"phone", call.phone},
          {"status", call.status},
          {"attempt", call.attempt},
          {"at", iso_time(call.at_ms)}};
}

ApiReply unknown_call() { return error_reply(404, "unknown_id", "there is no call of this id"); }

ApiReply upload_error(const ContactUpload::Result& result) {
  using Problem = ContactUpload::Problem;
  switch (result.problem) {
    case Problem::none:
      break;
    case Problem::broken_body:
      return error_reply(400, "invalid_multipart", result.text);
    case Problem::no_file:
      return error_reply(400, "no_file", result.text);
    case Problem::wrong_columns:
      return error_reply(400, "invalid_csv", result.text);
    case Problem::queue_full:
      return error_reply(503, "queue_full", result.text);
    case Problem::storage:
      return error_reply(503, "storage_failed", result.text);
  }
  return {};
}

double success_rate(std::int64_t completed, std::int64_t failed) {
  if (completed + failed == 0) return 0;
  return std::round(static_cast<double>(completed) / static_cast<double>(completed + failed) * 10'000) /
         10'000;
}

}  // namespace

std::span<const Route<CallingApi>> CallingApi::routes() {
  using Api = CallingApi;
  static constexpr std::array<Route<Api>, 9> table{{
      {{"GET", "/calling/health"}, &Api::health},
      {{"POST", import_path}, &Api::with_key<&Api::import_contacts>},
      {{"GET", "/calling/api/imports/{id}"}, &Api::with_key<&Api::get_import>},
      {{"POST", "/calling/api/calls/schedule"}, &Api::with_key<&Api::schedule>},
      {{"GET", "/calling/api/calls"}, &Api::with_key<&Api::list_calls>},
      {{"GET", "/calling/api/calls/{id}"}, &Api::with_key<&Api::get_call>},
      {{"POST", "/calling/api/calls/{id}/retry"}, &Api::with_key<&Api::retry>},
      {{"GET", "/calling/api/analytics/dashboard"}, &Api::with_key<&Api::dashboard>},
      {{"GET", "/calling/api/queue"}, &Api::with_key<&Api::queue>},
  }};
  return table;
}

CallingApi::CallingApi(Database& database, Control& control, std::int64_t capacity, std::string api_key)
    : control_(control),
      api_key_(std::move(api_key)),
      imports_(database, control, capacity),
      lines_(database, control, capacity) {}

bool CallingApi::has_key(const ApiRequest& request) const { return equal_secrets(request.api_key, api_key_); }

std::optional<ApiReply> CallingApi::check_key(const ApiCall& x) {
  auto& counts = control_.counters.api_keys;
  if (has_key(x.request)) {
    ++counts.accepted;
    work(x.now);
    return std::nullopt;
  }
  const bool missing = x.request.api_key.empty();
  ++(missing ? counts.missing : counts.wrong);
  return error_reply(
      401, missing ? "api_key_missing" : "api_key_wrong",
      missing ? "this path needs an API key; send it as X-API-Key" : "this is not the API key");
}

std::unique_ptr<ContactUpload> CallingApi::open_upload(const ApiRequest& request, const Moment& now) {
  if (request.method != "POST" || request.target.substr(0, request.target.find('?')) != import_path)
    return nullptr;
  const auto boundary = multipart_boundary(request.content_type);
  if (!boundary) return nullptr;
  return std::make_unique<ContactUpload>(has_key(request) ? &imports_ : nullptr, *boundary, wall_ms(now));
}

void CallingApi::work(const Moment& now) {
  const auto calls = lines_.work(wall_ms(now));
  const auto rows = imports_.work(now.steady);
  const std::int64_t done = calls.completed + calls.failed + rows.processed;
  processed_ += done;
  failed_ += calls.failed + rows.failed;
  if (done > 0) rate_.add(wall_ms(now), done);
}

std::int64_t CallingApi::depth() const { return lines_.waiting() + imports_.waiting(); }

ApiReply CallingApi::health(const ApiCall&) { return {200, R"({"status":"ok"})"}; }

ApiReply CallingApi::import_contacts(const ApiCall& x) {
  if (x.request.upload == nullptr) {
    return error_reply(415, "unsupported_media_type",
                       "send multipart/form-data with a boundary, the CSV file as the part \"file\"");
  }
  const auto result = x.request.upload->finish();
  if (result.problem != ContactUpload::Problem::none) return upload_error(result);
  control_.counters.count_upload(result.count);
  return json_reply(202, {{"import_id", make_id(import_prefix, result.import)},
                          {"status", "queued"},
                          {"rows", result.count.rows},
                          {"sha256", result.count.sha256}});
}

ApiReply CallingApi::get_import(const ApiCall& x) {
  const auto import = imports_.find(parse_id(import_prefix, x.id).value_or(0));
  if (!import) return error_reply(404, "unknown_id", "there is no import of this id");
  return json_reply(200, {{"import_id", x.id},
                          {"status", import->status},
                          {"rows", import->rows},
                          {"processed", import->processed},
                          {"failed", import->failed}});
}

ApiReply CallingApi::schedule(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string contact = body.text("contact");
  const std::string phone = body.text("phone");
  const std::string at = body.text_or("at", iso_time(wall_ms(x.now)));
  if (auto error = body.error()) return std::move(*error);
  const auto at_ms = parse_iso_time(at);
  if (!at_ms || !is_phone_number(phone)) {
    return error_reply(400, "invalid_field",
                       at_ms ? "\"phone\" must be a plus sign and 8 to 15 digits: +15550100123"
                             : "\"at\" must be a time in ISO 8601: 2026-11-21T08:00:00Z");
  }
  const std::int64_t number = lines_.schedule(contact, phone, *at_ms, wall_ms(x.now));
  return json_reply(
      201, {{"call_id", make_id(call_prefix, number)}, {"status", "scheduled"}, {"queue_depth", depth()}});
}

ApiReply CallingApi::list_calls(const ApiCall& x) {
  QueryFields query(x.query);
  const auto status = query.one_of("status", {"scheduled", "in_progress", "completed", "failed"});
  const auto limit = query.whole_number("limit", 20, 1, 100);
  if (auto error = query.error()) return std::move(*error);
  json::array items;
  for (const auto& call : lines_.list(status, limit)) items.push_back(call_json(call));
  return json_reply(200, {{"items", std::move(items)}, {"total", lines_.count(status)}});
}

ApiReply CallingApi::get_call(const ApiCall& x) {
  const auto call = lines_.find(parse_id(call_prefix, x.id).value_or(0));
  return call ? json_reply(200, call_json(*call)) : unknown_call();
}

ApiReply CallingApi::retry(const ApiCall& x) {
  const auto call = lines_.find(parse_id(call_prefix, x.id).value_or(0));
  if (!call) return unknown_call();
  if (!call->over())
    return error_reply(409, "call_not_over",
                       "the call is " + call->status + "; only one that is over can be retried");
  lines_.retry(*call, wall_ms(x.now));
  return json_reply(202, {{"call_id", x.id}, {"attempt", call->attempt + 1}, {"status", "scheduled"}});
}

ApiReply CallingApi::dashboard(const ApiCall&) {
  HourOfCalls all;
  json::array hours;
  for (const auto& hour : lines_.by_hour()) {
    hours.push_back({{"hour", iso_time(hour.begins_ms)},
                     {"scheduled", hour.scheduled},
                     {"completed", hour.completed},
                     {"failed", hour.failed}});
    all.scheduled += hour.scheduled;
    all.completed += hour.completed;
    all.failed += hour.failed;
  }
  return json_reply(200, {{"calls_total", all.scheduled},
                          {"completed", all.completed},
                          {"failed", all.failed},
                          {"success_rate", success_rate(all.completed, all.failed)},
                          {"by_hour", std::move(hours)}});
}

ApiReply CallingApi::queue(const ApiCall& x) {
  return json_reply(200, {{"depth", depth()},
                          {"calls_waiting", lines_.waiting()},
                          {"import_rows_waiting", imports_.waiting()},
                          {"processed", processed_},
                          {"failed", failed_},
                          {"rate_per_second", rate_.per_second(wall_ms(x.now))}});
}

}  // namespace soundcheck::reference_agent
