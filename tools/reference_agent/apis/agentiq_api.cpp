#include "tools/reference_agent/apis/agentiq_api.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <random>

#include "tools/reference_agent/apis/demo_data.hpp"
#include "tools/reference_agent/apis/request_fields.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr std::int64_t kept_for_an_account = 5;  // interactions, and chats, on average
constexpr std::int64_t sync_ms = 500;            // how long a sync takes
constexpr std::size_t max_alerts = 20;           // of each kind
constexpr std::int64_t low_quality = 60;
constexpr std::int64_t long_wait_seconds = 120;

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS agentiq_interactions(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account INTEGER NOT NULL, channel TEXT NOT NULL, status TEXT NOT NULL, customer TEXT NOT NULL,"
    " subject TEXT NOT NULL, quality INTEGER, handle_seconds INTEGER NOT NULL, created_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS agentiq_interactions_of ON agentiq_interactions(account);"
    "CREATE TABLE IF NOT EXISTS agentiq_chats(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL,"
    " status TEXT NOT NULL, customer TEXT NOT NULL, last_message TEXT NOT NULL, messages INTEGER NOT NULL,"
    " waiting_seconds INTEGER NOT NULL, created_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS agentiq_chats_of ON agentiq_chats(account);"
    "CREATE TABLE IF NOT EXISTS agentiq_drafts(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT "
    "NULL,"
    " interaction INTEGER NOT NULL, tone TEXT NOT NULL, text TEXT NOT NULL, created_ms INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS agentiq_syncs(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL,"
    " interactions INTEGER NOT NULL, created_ms INTEGER NOT NULL);";

constexpr std::string_view interaction_columns =
    "id, channel, status, customer, subject, quality, handle_seconds, created_ms";
constexpr std::string_view chat_columns =
    "id, status, customer, last_message, messages, waiting_seconds, created_ms";

json::object interaction_json(const Rows& row) {
  return {{"id", make_id("i", row.integer(0))},
          {"channel", row.text(1)},
          {"status", row.text(2)},
          {"customer", row.text(3)},
          {"subject", row.text(4)},
          {"quality", row.is_null(5) ? json::value(nullptr) : json::value(row.integer(5))},
          {"handle_seconds", row.integer(6)},
          {"created_at", iso_time(row.integer(7))}};
}

json::object chat_json(const Rows& row) {
  return {{"id", make_id("h", row.integer(0))},
          {"status", row.text(1)},
          {"customer", row.text(2)},
          {"last_message", row.text(3)},
          {"messages", row.integer(4)},
          {"waiting_seconds", row.integer(5)},
          {"created_at", iso_time(row.integer(6))}};
}

/// One page of what an account has, newest first.
ApiReply list(const ApiCall& x, std::int64_t account, std::initializer_list<std::string_view> states,
              Statement& select, Statement& count, json::object (*to_json)(const Rows&)) {
  QueryFields query(x.query);
  const auto status = query.one_of("status", states);
  const auto limit = query.whole_number("limit", 20, 1, 100);
  const auto offset = query.whole_number("offset", 0, 0, 1'000'000);
  if (auto error = query.error()) return std::move(*error);
  json::array items;
  for (auto rows = select.query(account, status, limit, offset); rows.next();) items.push_back(to_json(rows));
  return json_reply(200, {{"items", std::move(items)}, {"total", *count.number(account, status)}});
}

ApiReply get(const ApiCall& x, std::int64_t account, std::string_view prefix, Statement& select,
             json::object (*to_json)(const Rows&)) {
  auto row = select.query(parse_id(prefix, x.id).value_or(0), account);
  if (!row.next()) return error_reply(404, "unknown_id", "your account has nothing of this id");
  return json_reply(200, to_json(row));
}

double one_decimal(double value) { return std::round(value * 10) / 10; }

}  // namespace

std::span<const Route<AgentiqApi>> AgentiqApi::routes() {
  using Api = AgentiqApi;
  static constexpr std::array<Route<Api>, 14> table{{
      {{"GET", "/agentiq/health"}, &Api::health},
      {{"POST", "/agentiq/api/auth/register"}, &Api::register_account},
      {{"POST", "/agentiq/api/auth/login"}, &Api::log_in},
      {{"POST", "/agentiq/api/auth/refresh"}, &Api::refresh},
      {{"GET", "/agentiq/api/interactions"}, &Api::with_account<&Api::list_interactions>},
      {{"GET", "/agentiq/api/interactions/{id}"}, &Api::with_account<&Api::get_interaction>},
      {{"GET", "/agentiq/api/chats"}, &Api::with_account<&Api::list_chats>},
      {{"GET", "/agentiq/api/chats/{id}"}, &Api::with_account<&Api::get_chat>},
      {{"GET", "/agentiq/api/analytics/quality-metrics"}, &Api::with_account<&Api::quality_metrics>},
      {{"GET", "/agentiq/api/analytics/ops-alerts"}, &Api::with_account<&Api::ops_alerts>},
      {{"POST", "/agentiq/api/ai/drafts"}, &Api::with_account<&Api::make_draft>},
      {{"POST", "/agentiq/api/sync"}, &Api::with_account<&Api::start_sync>},
      {{"GET", "/agentiq/api/sync/{id}"}, &Api::with_account<&Api::get_sync>},
      {{"POST", "/agentiq/api/demo/seed"}, &Api::with_account<&Api::seed>},
  }};
  return table;
}

AgentiqApi::AgentiqApi(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      capacity_(capacity),
      accounts_(database, control, capacity),
      insert_interaction_(database,
                          "INSERT INTO agentiq_interactions(account, channel, status, customer, subject, "
                          "quality, handle_seconds,"
                          " created_ms) VALUES(?,?,?,?,?,?,?,?)"),
      select_interactions_(database, fmt::format("SELECT {} FROM agentiq_interactions WHERE account=?1 AND"
                                                 " (?2='' OR status=?2) ORDER BY id DESC LIMIT ?3 OFFSET ?4",
                                                 interaction_columns)),
      count_interactions_(
          database, "SELECT count(*) FROM agentiq_interactions WHERE account=?1 AND (?2='' OR status=?2)"),
      select_interaction_(
          database,
          fmt::format("SELECT {} FROM agentiq_interactions WHERE id=? AND account=?", interaction_columns)),
      limit_interactions_(database,
                          "DELETE FROM agentiq_interactions WHERE account=?1 AND id<=(SELECT id FROM"
                          " agentiq_interactions WHERE account=?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"),
      delete_old_interactions_(database, "DELETE FROM agentiq_interactions WHERE id<=?"),
      insert_chat_(
          database,
          "INSERT INTO agentiq_chats(account, status, customer, last_message, messages, waiting_seconds,"
          " created_ms) VALUES(?,?,?,?,?,?,?)"),
      select_chats_(database,
                    fmt::format("SELECT {} FROM agentiq_chats WHERE account=?1 AND (?2='' OR status=?2)"
                                " ORDER BY id DESC LIMIT ?3 OFFSET ?4",
                                chat_columns)),
      count_chats_(database, "SELECT count(*) FROM agentiq_chats WHERE account=?1 AND (?2='' OR status=?2)"),
      select_chat_(database,
                   fmt::format("SELECT {} FROM agentiq_chats WHERE id=? AND account=?", chat_columns)),
      limit_chats_(database,
                   "DELETE FROM agentiq_chats WHERE account=?1 AND id<=(SELECT id FROM agentiq_chats WHERE"
                   " account=?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"),
      delete_old_chats_(database, "DELETE FROM agentiq_chats WHERE id<=?"),
      select_quality_(database,
                      "SELECT channel, count(*), count(quality), total(quality), sum(status='resolved'),"
                      " total(handle_seconds) FROM agentiq_interactions WHERE account=? GROUP BY channel"
                      " ORDER BY channel"),
      select_low_quality_(
          database,
          "SELECT id, quality, subject FROM agentiq_interactions WHERE account=? AND quality<?"
          " ORDER BY quality, id LIMIT ?"),
      select_long_waits_(database,
                         "SELECT id, waiting_seconds, customer FROM agentiq_chats WHERE account=? AND"
                         " waiting_seconds>? ORDER BY waiting_seconds DESC, id LIMIT ?"),
      insert_draft_(
          database,
          "INSERT INTO agentiq_drafts(account, interaction, tone, text, created_ms) VALUES(?,?,?,?,?)"),
      delete_old_drafts_(database, "DELETE FROM agentiq_drafts WHERE id<=?"),
      insert_sync_(database, "INSERT INTO agentiq_syncs(account, interactions, created_ms) VALUES(?,?,?)"),
      select_sync_(database, "SELECT interactions, created_ms FROM agentiq_syncs WHERE id=? AND account=?"),
      delete_old_syncs_(database, "DELETE FROM agentiq_syncs WHERE id<=?") {}

ApiReply AgentiqApi::health(const ApiCall&) { return {200, R"({"status":"healthy"})"}; }

ApiReply AgentiqApi::list_interactions(const ApiCall& x, Account account) {
  return list(x, account, {"open", "pending", "resolved"}, select_interactions_, count_interactions_,
              interaction_json);
}

ApiReply AgentiqApi::get_interaction(const ApiCall& x, Account account) {
  return get(x, account, "i", select_interaction_, interaction_json);
}

ApiReply AgentiqApi::list_chats(const ApiCall& x, Account account) {
  return list(x, account, {"waiting", "active", "closed"}, select_chats_, count_chats_, chat_json);
}

ApiReply AgentiqApi::get_chat(const ApiCall& x, Account account) {
  return get(x, account, "h", select_chat_, chat_json);
}

ApiReply AgentiqApi::quality_metrics(const ApiCall&, Account account) {
  std::int64_t interactions = 0;
  std::int64_t rated = 0;
  std::int64_t resolved = 0;
  double quality = 0;
  double handled = 0;
  json::array channels;
  for (auto rows = select_quality_.query(account); rows.next();) {
    const auto ratings = static_cast<double>(rows.integer(2));
    channels.push_back({{"channel", rows.text(0)},
                        {"interactions", rows.integer(1)},
                        {"average_quality", ratings == 0 ? 0 : one_decimal(rows.real(3) / ratings)}});
    interactions += rows.integer(1);
    rated += rows.integer(2);
    quality += rows.real(3);
    resolved += rows.integer(4);
    handled += rows.real(5);
  }
  const auto mean = [](double sum, std::int64_t count) {
    return count == 0 ? 0 : sum / static_cast<double>(count);
  };
  return json_reply(
      200, {{"interactions", interactions},
            {"average_quality", one_decimal(mean(quality, rated))},
            {"resolved_percent", one_decimal(100 * mean(static_cast<double>(resolved), interactions))},
            {"average_handle_seconds", one_decimal(mean(handled, interactions))},
            {"by_channel", std::move(channels)}});
}

ApiReply AgentiqApi::ops_alerts(const ApiCall&, Account account) {
  json::array alerts;
  for (auto rows = select_long_waits_.query(account, long_wait_seconds, max_alerts); rows.next();) {
    alerts.push_back({{"kind", "long_wait"},
                      {"severity", "high"},
                      {"id", make_id("h", rows.integer(0))},
                      {"message", fmt::format("{} has waited for {} s", rows.text(2), rows.integer(1))}});
  }
  for (auto rows = select_low_quality_.query(account, low_quality, max_alerts); rows.next();) {
    alerts.push_back(
        {{"kind", "low_quality"},
         {"severity", "medium"},
         {"id", make_id("i", rows.integer(0))},
         {"message", fmt::format("quality {} in a talk about {}", rows.integer(1), rows.text(2))}});
  }
  return json_reply(200, {{"total", alerts.size()}, {"alerts", alerts}});
}

ApiReply AgentiqApi::make_draft(const ApiCall& x, Account account) {
  JsonFields body(x.request.body);
  const std::string id = body.text("interaction_id");
  const std::string tone = body.text_or("tone", "neutral");
  if (auto error = body.error()) return std::move(*error);
  const std::int64_t interaction = parse_id("i", id).value_or(0);
  std::string text;
  {
    auto row = select_interaction_.query(interaction, account);
    if (!row.next()) return error_reply(404, "unknown_id", "your account has no interaction of this id");
    text = demo::draft(row.text(3), row.text(4), tone);
  }
  insert_draft_.run(account, interaction, tone, text, wall_ms(x.now));
  const std::int64_t number = database_.last_id();
  delete_old_drafts_.run(number - capacity_);
  return json_reply(201, {{"draft_id", make_id("d", number)}, {"interaction_id", id}, {"text", text}});
}

ApiReply AgentiqApi::start_sync(const ApiCall& x, Account account) {
  insert_sync_.run(account, *count_interactions_.number(account, ""), wall_ms(x.now));
  const std::int64_t number = database_.last_id();
  delete_old_syncs_.run(number - capacity_);
  return json_reply(202, {{"sync_id", make_id("y", number)}, {"status", "queued"}});
}

ApiReply AgentiqApi::get_sync(const ApiCall& x, Account account) {
  auto row = select_sync_.query(parse_id("y", x.id).value_or(0), account);
  if (!row.next()) return error_reply(404, "unknown_id", "your account has no sync of this id");
  const bool done = wall_ms(x.now) - row.integer(1) >= sync_ms;
  return json_reply(
      200,
      {{"sync_id", x.id}, {"status", done ? "done" : "queued"}, {"interactions", done ? row.integer(0) : 0}});
}

ApiReply AgentiqApi::seed(const ApiCall& x, Account account) {
  JsonFields body(x.request.body);
  const auto interactions = body.whole_number("interactions", 0, max_of_an_account);
  const auto chats = body.whole_number("chats", 0, max_of_an_account);
  if (auto error = body.error()) return std::move(*error);
  std::mt19937_64 random(static_cast<std::uint64_t>(account));
  const std::int64_t created_ms = wall_ms(x.now);
  Transaction transaction(database_);
  for (std::int64_t i = 0; i < interactions; ++i) {
    const auto item = demo::make_interaction(random);
    insert_interaction_.run(account, item.channel, item.status, item.customer, item.subject, item.quality,
                            item.handle_seconds, created_ms);
  }
  if (interactions > 0) delete_old_interactions_.run(database_.last_id() - kept_for_an_account * capacity_);
  for (std::int64_t i = 0; i < chats; ++i) {
    const auto item = demo::make_chat(random);
    insert_chat_.run(account, item.status, item.customer, item.last_message, item.messages,
                     item.waiting_seconds, created_ms);
  }
  if (chats > 0) delete_old_chats_.run(database_.last_id() - kept_for_an_account * capacity_);
  limit_interactions_.run(account, max_of_an_account);
  limit_chats_.run(account, max_of_an_account);
  transaction.commit();
  return json_reply(201, {{"interactions", interactions}, {"chats", chats}});
}

}  // namespace soundcheck::reference_agent
