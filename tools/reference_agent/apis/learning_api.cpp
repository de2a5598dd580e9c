#include "tools/reference_agent/apis/learning_api.hpp"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "tools/reference_agent/apis/request_fields.hpp"
#include "tools/reference_agent/apis/tutor.hpp"
#include "tools/reference_agent/apis/wall_time.hpp"

namespace soundcheck::reference_agent {
namespace {

namespace json = boost::json;

constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS learning_sessions(id INTEGER PRIMARY KEY AUTOINCREMENT, learner TEXT NOT "
    "NULL,"
    " topic TEXT NOT NULL, turns INTEGER NOT NULL, score_sum REAL NOT NULL, mastered INTEGER NOT NULL,"
    " started_ms INTEGER NOT NULL);";

bool wants_events(const ApiRequest& request) {
  return request.accept.find("text/event-stream") != std::string_view::npos;
}

}  // namespace

struct LearningApi::LearningSession {
  std::int64_t number = 0;
  const tutor::Topic* topic = nullptr;
  std::int64_t turns = 0;
  double score_sum = 0;
  std::uint32_t mastered = 0;  ///< bit i: word i of the topic
};

std::span<const Route<LearningApi>> LearningApi::routes() {
  static constexpr std::array<Route<LearningApi>, 6> table{{
      {{"GET", "/learning/health"}, &LearningApi::health},
      {{"GET", "/learning/api/topics"}, &LearningApi::list_topics},
      {{"POST", "/learning/api/sessions"}, &LearningApi::start},
      {{"POST", "/learning/api/sessions/{id}/turns"}, &LearningApi::take_turn},
      {{"GET", "/learning/api/sessions/{id}/progress"}, &LearningApi::progress},
      {{"DELETE", "/learning/api/sessions/{id}"}, &LearningApi::remove},
  }};
  return table;
}

LearningApi::LearningApi(Database& database, Control& control, std::int64_t capacity)
    : database_(with_schema(database, schema)),
      control_(control),
      capacity_(capacity),
      ids_("s", Statement(database, "SELECT max(id) FROM learning_sessions").number().value_or(0),
           control.counters.learning),
      insert_(database,
              "INSERT INTO learning_sessions(learner, topic, turns, score_sum, mastered, started_ms)"
              " VALUES(?,?,0,0,0,?)"),
      select_(database, "SELECT topic, turns, score_sum, mastered FROM learning_sessions WHERE id=?"),
      update_(database, "UPDATE learning_sessions SET turns=?, score_sum=?, mastered=? WHERE id=?"),
      delete_(database, "DELETE FROM learning_sessions WHERE id=?"),
      delete_old_(database, "DELETE FROM learning_sessions WHERE id<=?") {}

ApiReply LearningApi::health(const ApiCall&) { return {200, R"({"status":"healthy"})"}; }

ApiReply LearningApi::list_topics(const ApiCall&) {
  json::array list;
  for (const auto& topic : tutor::topics()) list.push_back({{"id", topic.id}, {"title", topic.title}});
  return json_reply(200, {{"topics", std::move(list)}});
}

ApiReply LearningApi::start(const ApiCall& x) {
  JsonFields body(x.request.body);
  const std::string learner = body.text("learner");
  const std::string topic_id = body.text("topic");
  if (auto error = body.error()) return std::move(*error);
  const auto* topic = tutor::find_topic(topic_id);
  if (topic == nullptr)
    return error_reply(400, "unknown_topic", "there is no such topic; GET /learning/api/topics lists them");
  Transaction transaction(database_);
  insert_.run(learner, topic_id, wall_ms(x.now));
  const std::int64_t number = database_.last_id();
  delete_old_.run(number - capacity_);
  if (control_.lose_conversation()) delete_.run(number);
  transaction.commit();
  return json_reply(201,
                    {{"session_id", ids_.give_out(number)}, {"greeting", tutor::greeting(*topic, learner)}});
}

std::optional<LearningApi::LearningSession> LearningApi::find(std::string_view id) {
  const std::int64_t number = ids_.number(id);
  auto row = select_.query(number);
  if (!row.next()) return std::nullopt;
  const auto* topic = tutor::find_topic(row.text(0));
  if (topic == nullptr) return std::nullopt;
  return LearningSession{number, topic, row.integer(1), row.real(2),
                         static_cast<std::uint32_t>(row.integer(3))};
}

ApiReply LearningApi::take_turn(const ApiCall& x) {
  const auto session = find(x.id);
  if (!session) return ids_.missing(x.id);
  JsonFields body(x.request.body);
  const std::string text = body.text("text", 2000);
  if (auto error = body.error()) return std::move(*error);
  const double score = tutor::score(*session->topic, text);
  const std::string answer = tutor::reply(*session->topic, text, session->mastered);
  update_.run(session->turns + 1, session->score_sum + score,
              session->mastered | tutor::words_in(*session->topic, text), session->number);
  ++control_.counters.learning.messages;
  const auto tokens = tutor::tokens(answer);
  if (!wants_events(x.request)) {
    ApiReply reply = json_reply(200, {{"reply", answer}, {"score", score}});
    reply.tokens = tokens.size();
    return reply;
  }
  ApiReply reply;
  for (const auto& token : tokens) reply.events.push_back(json::serialize(json::object{{"token", token}}));
  reply.events.emplace_back("[DONE]");
  return reply;
}

ApiReply LearningApi::progress(const ApiCall& x) {
  const auto session = find(x.id);
  if (!session) return ids_.missing(x.id);
  json::array mastered;
  for (const auto word : tutor::words_of(*session->topic, session->mastered)) mastered.emplace_back(word);
  const double mean = session->turns == 0 ? 0 : session->score_sum / static_cast<double>(session->turns);
  return json_reply(200, {{"session_id", x.id},
                          {"topic", session->topic->id},
                          {"turns", session->turns},
                          {"score", std::round(mean * 10) / 10},
                          {"mastered", std::move(mastered)}});
}

ApiReply LearningApi::remove(const ApiCall& x) {
  delete_.run(ids_.number(x.id));
  if (database_.changes() == 0) return ids_.missing(x.id);
  ++control_.counters.learning.ended;
  ApiReply reply;
  reply.status = 204;
  return reply;
}

}  // namespace soundcheck::reference_agent
