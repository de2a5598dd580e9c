// Uploads and streamed answers over real sockets, against the reference agent: what it received is what was
// sent, to the byte, and the tokens that it said are those that were counted.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <array>
#include <string>

#include "protocols/core/random.hpp"
#include "protocols/core/random_values.hpp"
#include "tests/loopback/load_run.hpp"

namespace soundcheck::loopback {
namespace {

class Streams : public LoadRun {
 protected:
  Ended run_system(const std::string& tasks) {
    write("profile.yaml",
          "system: system.yaml\nduration: 4s\ndrain: 3s\napi: {users: 3, spawn_rate: 1000/s}\n");
    write("system.yaml", fmt::format(R"(health_path: /calling/health
api:
  headers: {{X-API-Key: soundcheck}}
  data:
    contacts: {{file: contacts.csv, order: unique}}
  think_time: 100ms
  timeout: 10s
  tasks:
{}objectives:
  - {{name: API success rate, metric: api.success_rate, target: "> 99.9%"}}
)",
                                     tasks));
    return run({});
  }
  double counter(std::string_view name) { return figure(fmt::format("/api/total/counters/{}", name)); }
};

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

/// Each row with a company whose name is so long.
std::string contacts(int rows, std::size_t company = 0) {
  core::Random random(1);
  std::string csv = "name,phone,company\n";
  for (int i = 0; i < rows; ++i) {
    core::append_name(csv, random);
    csv += ',';
    core::append_phone(csv, random);
    csv += ',';
    for (std::size_t n = 0; n < company; ++n) csv += static_cast<char>('a' + random.below(26));
    csv += '\n';
  }
  return csv;
}

TEST_F(Streams, UploadsArriveToTheByte) {
  const std::string csv = contacts(2000, 500);
  write("contacts.csv", csv);
  for (const char* more : {"", "chunked: true", "expect_continue: true"}) {
    const Ended ended = run_system(fmt::format(R"(    - name: upload
      steps:
        - request: POST /calling/api/contacts/import
          {}
          multipart:
            - {{name: campaign, value: "spring {{{{uuid}}}}"}}
            - {{name: file, file: contacts.csv}}
          check: {{status: 202, json: {{/sha256: {}, /rows: 2000}}}}
)",
                                               more, sha256(csv)));
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_GT(counter("succeeded"), 0);
    EXPECT_GT(counter("bytes_sent"), counter("succeeded") * static_cast<double>(csv.size()));
  }
}

TEST_F(Streams, FilesAreMadeUpWhileTheyAreSent) {
  write("contacts.csv", contacts(1));
  const Ended ended = run_system(R"(    - name: import
      steps:
        - request: POST /calling/api/contacts/import
          multipart:
            - name: file
              generate: {rows: 1000, columns: {name: "{{random_name()}}", phone: "{{random_phone()}}", company: "{{index}}, Inc."}}
          check: {status: 202, json: {/rows: 1000}}
          extract: {import_id: /import_id}
)");
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_GT(counter("succeeded"), 0);
}

TEST_F(Streams, TokensAreCountedAsTheyCome) {
  write("contacts.csv", contacts(10'000));
  const Ended ended = run_system(R"(    - name: learn
      steps:
        - request: GET /learning/api/topics
          extract: {topic: {json: "$.topics[*].id", pick: random}}
        - request: POST /learning/api/sessions
          body: {learner: "{{contacts.name}}", topic: "{{topic}}"}
          check: {status: 201}
          extract: {session_id: /session_id}
        - request: POST /learning/api/sessions/{{session_id}}/turns
          name: turn
          headers: {Accept: text/event-stream}
          body: {text: "{{random_sentence()}}"}
          stream: {token: /token, until: "[DONE]"}
          extract: {said: {regex: '\w+'}}
)");
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  const double turns = figure("/api/tasks/turn/counters/succeeded");
  EXPECT_GT(turns, 0);
  EXPECT_GT(figure("/api/tasks/turn/counters/tokens"), turns) << "more than one for each answer";
  EXPECT_EQ(figure("/api/tasks/turn/metrics/first_token_time/count"), turns);
  EXPECT_EQ(figure("/api/tasks/turn/metrics/token_gap/count"),
            figure("/api/tasks/turn/counters/tokens") - turns);
  EXPECT_EQ(result().number("/api/total/counters/reconnects").value_or(0), 0)
      << "a stream that has ended leaves the connection as it was";
}

}  // namespace
}  // namespace soundcheck::loopback
