#include "tools/reference_agent/apis/ngx_api.hpp"

#include <array>
#include <boost/json.hpp>

#include "tools/reference_agent/apis/request_fields.hpp"
#include "tools/reference_agent/apis/sales.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr std::int64_t turns_for_a_conversation = 5;  // that many are kept on average

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS ngx_conversations(id INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT NOT "
    "NULL,"
    " company TEXT NOT NULL, state TEXT NOT NULL, turns INTEGER NOT NULL, started_ms INTEGER NOT NULL,"
    " ended_ms INTEGER);"
    "CREATE TABLE IF NOT EXISTS ngx_turns(id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT "
    "NULL,"
    " turn INTEGER NOT NULL, message TEXT NOT NULL, reply TEXT NOT NULL, intent TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS ngx_turns_of ON ngx_turns(conversation);";

}  // namespace

struct NgxApi::Conversation {
  std::int64_t number = 0;
  std::string customer;
  std::string state;
  std::int64_t turns = 0;
  std::int64_t started_ms = 0;
  bool ended() const { return state == "ended"; }
};

std::span<const Route<NgxApi>> NgxApi::routes() {
  static constexpr std::array<Route<NgxApi>, 7> table{{
      {{"GET", "/ngx/health"}, &NgxApi::health},
      {{"POST", "/ngx/api/conversations"}, &NgxApi::start},
      {{"GET", "/ngx/api/conversations/{id}"}, &NgxApi::get},
      {{"POST", "/ngx/api/conversations/{id}/messages"}, &NgxApi::send_message},
      {{"GET", "/ngx/api/conversations/{id}/recommendations"}, &NgxApi::recommendations},
      {{"POST", "/ngx/api/conversations/{id}/end"}, &NgxApi::end},
      {{"POST", "/ngx/api/roi"}, &NgxApi::roi},
  }};
  return table;
}

NgxApi::NgxApi(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      control_(control),
      capacity_(capacity),
      ids_("n", Statement(database, "SELECT max(id) FROM ngx_conversations").number().value_or(0),
           control.counters.ngx),
      insert_(database,
              "INSERT INTO ngx_conversations(customer, company, state, turns, started_ms) VALUES(?,?,?,0,?)"),
      insert_turn_(
          database,
          "INSERT INTO ngx_turns(conversation, turn, message, reply, intent, at_ms) VALUES(?,?,?,?,?,?)"),
      select_(database, "SELECT customer, state, turns, started_ms FROM ngx_conversations WHERE id=?"),
      select_turns_(
          database,
          "SELECT turn, message, reply, intent, at_ms FROM ngx_turns WHERE conversation=? ORDER BY id"),
      count_intents_(database, "SELECT intent, count(*) FROM ngx_turns WHERE conversation=? GROUP BY intent"),
      update_(database, "UPDATE ngx_conversations SET state=?, turns=?, ended_ms=? WHERE id=?"),
      end_(database, "UPDATE ngx_conversations SET state='ended', ended_ms=? WHERE id=?"),
      delete_(database, "DELETE FROM ngx_conversations WHERE id=?"),
      delete_old_(database, "DELETE FROM ngx_conversations WHERE id<=?"),
      delete_old_turns_(database, "DELETE FROM ngx_turns WHERE id<=?") {}

ApiReply NgxApi::health(const ApiCall&) { return {200, R"({"status":"healthy"})"}; }

ApiReply NgxApi::start(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string name = body.text("customer.name");
  const std::string company = body.text_or("customer.company", "");
  if (auto error = body.error()) return std::move(*error);
  const auto state = sales::state_after(0);
  Transaction transaction(database_);
  insert_.run(name, company, state, wall_ms(x.now));
  const std::int64_t number = database_.last_id();
  delete_old_.run(number - capacity_);
  if (control_.lose_conversation()) delete_.run(number);
  transaction.commit();
  return json_reply(201, {{"conversation_id", ids_.give_out(number)},
                          {"state", state},
                          {"message", "Hello " + name + ", this is Nora of NGX. What brings you to us?"}});
}

std::optional<NgxApi::Conversation> NgxApi::find(std::string_view id) {
  const std::int64_t number = ids_.number(id);
  auto row = select_.query(number);
  if (!row.next()) return std::nullopt;
  return Conversation{number, std::string(row.text(0)), std::string(row.text(1)), row.integer(2),
                      row.integer(3)};
}

ApiReply NgxApi::send_message(const ApiCall& x) {
  auto found = find(x.id);
  if (!found) return ids_.missing(x.id);
  if (found->ended()) {
    ++control_.counters.ngx.after_end;
    return error_reply(409, "conversation_ended", "the conversation has ended; start a new one");
  }
  JsonFields body(x.request.body);
  const std::string message = body.text("message", 2000);
  if (auto error = body.error()) return std::move(*error);
  const std::int64_t turn = found->turns + 1;
  const auto state = sales::state_after(turn);
  const auto intent = sales::intent_of(message);
  const std::string reply = sales::reply_to(intent, state, found->customer);
  Transaction transaction(database_);
  insert_turn_.run(found->number, turn, message, reply, intent, wall_ms(x.now));
  delete_old_turns_.run(database_.last_id() - turns_for_a_conversation * capacity_);
  const auto ended_ms = state == "ended" ? std::optional(wall_ms(x.now)) : std::nullopt;
  update_.run(state, turn, ended_ms, found->number);
  transaction.commit();
  ++control_.counters.ngx.messages;
  return json_reply(200, {{"reply", reply}, {"state", state}, {"intent", intent}, {"turn", turn}});
}

ApiReply NgxApi::get(const ApiCall& x) {
  const auto found = find(x.id);
  if (!found) return ids_.missing(x.id);
  json::array turns;
  for (auto rows = select_turns_.query(found->number); rows.next();) {
    turns.push_back({{"turn", rows.integer(0)},
                     {"message", rows.text(1)},
                     {"reply", rows.text(2)},
                     {"intent", rows.text(3)},
                     {"at", iso_time(rows.integer(4))}});
  }
  return json_reply(200, {{"conversation_id", x.id},
                          {"state", found->state},
                          {"customer", found->customer},
                          {"started_at", iso_time(found->started_ms)},
                          {"turns", std::move(turns)}});
}

ApiReply NgxApi::recommendations(const ApiCall& x) {
  const auto found = find(x.id);
  if (!found) return ids_.missing(x.id);
  std::map<std::string, std::int64_t> intents;
  for (auto rows = count_intents_.query(found->number); rows.next();)
    intents.emplace(rows.text(0), rows.integer(1));
  json::array list;
  for (const auto& r : sales::recommend(intents))
    list.push_back({{"product", r.product}, {"score", r.score}, {"reason", r.reason}});
  return json_reply(200, {{"recommendations", std::move(list)}});
}

ApiReply NgxApi::roi(const ApiCall& x) {
  JsonFields body(x.request.body);
  const auto agents = body.whole_number("agents", 1, 100'000);
  const double calls = body.number("calls_per_day", 1, 10'000'000);
  const double minutes = body.number("minutes_per_call", 0.1, 600);
  if (auto error = body.error()) return std::move(*error);
  const auto roi = sales::return_on_investment(agents, calls, minutes);
  return json_reply(200, {{"monthly_savings", roi.monthly_savings},
                          {"payback_months", roi.payback_months},
                          {"roi_percent", roi.roi_percent}});
}

ApiReply NgxApi::end(const ApiCall& x) {
  const auto found = find(x.id);
  if (!found) return ids_.missing(x.id);
  if (found->ended()) {
    ++control_.counters.ngx.after_end;
    return error_reply(409, "conversation_ended", "the conversation has ended before");
  }
  end_.run(wall_ms(x.now), found->number);
  ++control_.counters.ngx.ended;
  const double seconds = static_cast<double>(wall_ms(x.now) - found->started_ms) / 1000;
  return json_reply(200, {{"status", "ended"}, {"duration_seconds", seconds}, {"turns", found->turns}});
}

}  // namespace soundcheck::reference_agent
