// Ways in which data files, extractions, uploads and streams can be wrong, with the exact words that the user
// reads.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/profile/workspace.hpp"

namespace soundcheck::profile {
namespace {

/// `api` are lines below `api:`, `step` the keys of its one step; each line is indented as it must be.
struct Wrong {
  const char* name;
  const char* api;
  const char* step;
  std::vector<std::string> mistakes;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

std::string document(const Wrong& wrong) {
  return fmt::format("health_path: /health\napi:\n{}  tasks:\n    - name: a\n      steps:\n        - {}\n",
                     wrong.api, wrong.step);
}

void write_files(Workspace& workspace) {
  workspace.write("systems/contacts.csv", "name,phone\nAda,+1\n");
  workspace.write("systems/data/agents.json", R"([{"agent":"a1"}])");
  workspace.write("data/shared.csv", "id\n1\n");
  workspace.write("systems/ragged.csv", "name,phone\nAda\nBen,+2\n\"Cho,+3\n");
  workspace.write("systems/empty.csv", "");
  workspace.write("systems/broken.json", "[{\"a\":1},\n{\"a\" 2}]");
}

class MalformedData : public testing::TestWithParam<Wrong> {};

TEST_P(MalformedData, IsRefusedWithTheseWords) {
  Workspace workspace;
  write_files(workspace);
  workspace.write("systems/sys.yaml", document(GetParam()));
  EXPECT_THAT(workspace.mistakes(), testing::ElementsAreArray(GetParam().mistakes));
  EXPECT_FALSE(workspace.load().profile.has_value());
}

// clang-format off
const Wrong wrong_data[] = {
    {"no_such_file", "  data: {contacts: {file: contact.csv}}\n", "request: GET /{{contacts.phone}}",
     {R"(systems/sys.yaml:3:27: api.data.contacts.file: there is no such file (found "contact.csv"); looked in systems, in its folder data and in ../data)"}},
    {"file_missing", "  data: {contacts: {order: unique}}\n", "request: GET /",
     {R"(systems/sys.yaml:3:20: api.data.contacts: the key "file" is missing; its meaning: a CSV file with a header line, or a JSON array of objects (.json): beside this file, in the folder data there, or one folder above)"}},
    {"order_unknown", "  data: {contacts: {file: contacts.csv, order: uniqe}}\n", "request: GET /",
     {R"(systems/sys.yaml:3:48: api.data.contacts.order: unknown name (found "uniqe"); did you mean "unique"?)"}},
    {"name_of_a_file", "  data: {my contacts: {file: contacts.csv}}\n", "request: GET /",
     {R"(systems/sys.yaml:3:10: api.data.my contacts: the name of a data file is letters, digits and underscores; write for example contacts: {file: contacts.csv})"}},
    {"no_such_column", "  data: {contacts: {file: contacts.csv}}\n", "request: GET /{{contacts.phnoe}}",
     {R"(systems/sys.yaml:7:20: api.tasks[0].steps[0].request: the data file contacts has no column phnoe (found "GET /{{contacts.phnoe}}"); did you mean "contacts.phone"?)"}},
    {"no_such_data", "  data: {contacts: {file: contacts.csv}}\n", "request: GET /{{contact.phone}}",
     {R"(systems/sys.yaml:7:20: api.tasks[0].steps[0].request: nothing sets {{contact.phone}} before this (found "GET /{{contact.phone}}"); did you mean "contacts.phone"?)"}},
    {"not_in_the_setup", "  data: {contacts: {file: contacts.csv}}\n  setup: [{request: \"GET /{{contacts.name}}\"}]\n", "request: GET /",
     {R"(systems/sys.yaml:4:21: api.setup[0].request: nothing sets {{contacts.name}} before this (found "GET /{{contacts.name}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"ragged_rows", "  data: {contacts: {file: ragged.csv}}\n", "request: GET /{{contacts.phone}}",
     {R"(systems/ragged.csv:2: api.data.contacts.file: 1 field, but the header line has 2)", R"(systems/ragged.csv:4: api.data.contacts.file: a quote opens here and is never closed)"}},
    {"empty_file", "  data: {contacts: {file: empty.csv}}\n", "request: GET /",
     {R"(systems/sys.yaml:3:27: api.data.contacts.file: the file is empty; its first line must name the columns (found "empty.csv"))"}},
    {"broken_json", "  data: {contacts: {file: broken.json}}\n", "request: GET /",
     {R"(systems/broken.json:2: api.data.contacts.file: this is not JSON: syntax error)"}},
    {"a_folder", "  data: {contacts: {file: data}}\n", "request: GET /",
     {R"(systems/sys.yaml:3:27: api.data.contacts.file: this is a folder, not a file (found "data"))"}},

    {"path_without_slash", "", "{request: GET /, extract: {id: id}}",
     {R"(systems/sys.yaml:6:42: api.tasks[0].steps[0].extract.id: a place in JSON begins with / (JSON Pointer) or $ (JSONPath) (found "id"); write for example /id or $.id)"}},
    {"path_broken", "", "{request: GET /, extract: {id: \"$.items[\"}}",
     {R"(systems/sys.yaml:6:51: api.tasks[0].steps[0].extract.id: this is no JSONPath: expected a quoted name, an index, a slice, '*' or '?' (found "$.items["))"}},
    {"path_with_a_function", "", "{request: GET /, extract: {id: \"$[?length(@.a) > 1]\"}}",
     {R"(systems/sys.yaml:6:46: api.tasks[0].steps[0].extract.id: this is no JSONPath: functions such as length() are not supported (found "$[?length(@.a) > 1]"))"}},
    {"regex_broken", "", "{request: GET /, extract: {id: {regex: 'a('}}}",
     {R"(systems/sys.yaml:6:50: api.tasks[0].steps[0].extract.id.regex: this is not a regular expression: missing ): a( (found "a("); the notation is RE2's: no lookahead, no backreferences)"}},
    {"regex_group", "", "{request: GET /, extract: {id: {regex: 'a(b)', group: 2}}}",
     {R"(systems/sys.yaml:6:65: api.tasks[0].steps[0].extract.id.group: the expression has 1 group (found "2"); a group is what stands in parentheses; 0 is the whole match)"}},
    {"two_sources", "", "{request: GET /, extract: {id: {json: /id, header: X-Id}}}",
     {R"(systems/sys.yaml:6:42: api.tasks[0].steps[0].extract.id: write exactly one of json, header, cookie, regex)"}},
    {"no_source", "", "{request: GET /, extract: {id: {pick: last}}}",
     {R"(systems/sys.yaml:6:42: api.tasks[0].steps[0].extract.id: write exactly one of json, header, cookie, regex)"}},
    {"group_without_regex", "", "{request: GET /, extract: {id: {json: /id, group: 1}}}",
     {R"(systems/sys.yaml:6:42: api.tasks[0].steps[0].extract.id: "group" needs "regex" beside it)"}},
    {"pick_unknown", "", "{request: GET /, extract: {id: {json: /id, pick: frist}}}",
     {R"(systems/sys.yaml:6:60: api.tasks[0].steps[0].extract.id.pick: unknown name (found "frist"); did you mean "first"?)"}},
    {"source_unknown", "", "{request: GET /, extract: {id: {json: /id, defualt: a}}}",
     {R"(systems/sys.yaml:6:54: api.tasks[0].steps[0].extract.id.defualt: unknown key "defualt"; did you mean "default"?)"}},

    {"part_without_content", "", "{request: POST /, multipart: [{name: a}]}",
     {R"(systems/sys.yaml:6:41: api.tasks[0].steps[0].multipart[0]: write exactly one of value, file, generate)"}},
    {"part_with_two", "", "{request: POST /, multipart: [{name: a, value: b, file: contacts.csv}]}",
     {R"(systems/sys.yaml:6:41: api.tasks[0].steps[0].multipart[0]: write exactly one of value, file, generate)"}},
    {"part_file_missing", "", "{request: POST /, multipart: [{name: a, file: nothing.csv}]}",
     {R"(systems/sys.yaml:6:57: api.tasks[0].steps[0].multipart[0].file: there is no such file (found "nothing.csv"); looked in systems, in its folder data and in ../data)"}},
    {"part_unknown_variable", "", "{request: POST /, multipart: [{name: a, value: \"{{campain}}\"}]}",
     {R"(systems/sys.yaml:6:58: api.tasks[0].steps[0].multipart[0].value: nothing sets {{campain}} before this (found "{{campain}}"); known: uuid, user_id, iteration, timestamp, random_int, random_name, random_phone, random_email, random_sentence, random_choice, now_iso)"}},
    {"part_name_with_variable", "", "{request: POST /, multipart: [{name: \"{{uuid}}\", value: b}]}",
     {R"(systems/sys.yaml:6:48: api.tasks[0].steps[0].multipart[0].name: names of parts, files and their types hold no variables (found "{{uuid}}"))"}},
    {"value_with_filename", "", "{request: POST /, multipart: [{name: a, value: b, filename: c}]}",
     {R"(systems/sys.yaml:6:71: api.tasks[0].steps[0].multipart[0].filename: a part with a value is no file (found "c"); leave it out, or use file or generate)"}},
    {"generated_without_columns", "", "{request: POST /, multipart: [{name: a, generate: {rows: 10, columns: {}}}]}",
     {R"(systems/sys.yaml:6:81: api.tasks[0].steps[0].multipart[0].generate.columns: there are no columns; write for example {name: "{{random_name()}}"})"}},
    {"generated_too_many", "", "{request: POST /, multipart: [{name: a, generate: {rows: 0, columns: {a: b}}}]}",
     {R"(systems/sys.yaml:6:68: api.tasks[0].steps[0].multipart[0].generate.rows: the number must be from 1 to 10000000 (found "0"))"}},
    {"generator_unknown", "", "{request: POST /, multipart: [{name: a, generate: {rows: 1, columns: {a: \"{{random_nam()}}\"}}}]}",
     {R"(systems/sys.yaml:6:85: api.tasks[0].steps[0].multipart[0].generate.columns.a: there is no generator random_nam (found "{{random_nam()}}"); did you mean "random_name"?)"}},
    {"body_and_multipart", "", "{request: POST /, body: x, multipart: [{name: a, value: b}]}",
     {R"(systems/sys.yaml:6:35: api.tasks[0].steps[0].body: a step has a body or multipart, not both (found "x"); leave one of them out)"}},
    {"content_type_and_multipart", "", "{request: POST /, headers: {Content-Type: text/csv}, multipart: [{name: a, value: b}]}",
     {R"(systems/sys.yaml:6:39: api.tasks[0].steps[0].headers.Content-Type: multipart has a content type of its own; leave this header out)"}},
    {"stream_token", "", "{request: GET /, stream: {token: choices}}",
     {R"(systems/sys.yaml:6:44: api.tasks[0].steps[0].stream.token: a JSON Pointer begins with /, for example /calls/0/id (write ~1 for / and ~0 for ~ in a key) (found "choices"))"}},
    {"stream_of_a_pause", "", "{pause: 1s, stream: {}}",
     {R"(systems/sys.yaml:6:23: api.tasks[0].steps[0].stream: "stream" means nothing beside "pause"; it belongs to a step with request or poll)"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(All, MalformedData, testing::ValuesIn(wrong_data),
                         [](const auto& named) { return named.param.name; });

TEST(DataFiles, AreFoundBesideTheSystemAndInTheDataFolders) {
  Workspace workspace;
  write_files(workspace);
  workspace.write("systems/sys.yaml", document({"",
                                                R"(  data:
    contacts: {file: contacts.csv, order: unique}
    agents: {file: agents.json, order: random}
    shared: {file: shared.csv}
  variables: {me: "{{contacts.name}}"}
)",
                                                "request: GET /{{me}}/{{agents.agent}}/{{shared.id}}",
                                                {}}));
  EXPECT_THAT(workspace.mistakes(), testing::IsEmpty());
  const LoadResult loaded = workspace.load();
  ASSERT_TRUE(loaded.profile);
  const std::vector<DataSource>& data = loaded.profile->system.api->data;
  ASSERT_EQ(data.size(), 3U);
  EXPECT_EQ(data[0].name, "contacts");
  EXPECT_EQ(data[0].order, "unique");
  EXPECT_EQ(data[1].table->cell(0, 0), "a1");
  EXPECT_EQ(data[2].order, "circular");
}

TEST(Extractions, TakeAllForms) {
  Workspace workspace;
  workspace.write("systems/sys.yaml", document({"",
                                                "",
                                                R"(request: GET /
          extract:
            a: /id
            b: $.items[?(@.status=='open')].id
            c: {json: "$.items[*].id", pick: count}
            d: {header: X-Auth-Token, default: ""}
            e: {cookie: sid}
            f: {regex: 'id=(\d+)'}
            g: {regex: 'id=(\d+)', group: 0, pick: all})",
                                                {}}));
  EXPECT_THAT(workspace.mistakes(), testing::IsEmpty());
  const LoadResult loaded = workspace.load();
  ASSERT_TRUE(loaded.profile);
  const std::vector<Extraction>& all = loaded.profile->system.api->tasks[0].steps[0].request.extract;
  using Source = Extraction::Source;
  ASSERT_EQ(all.size(), 7U);
  EXPECT_EQ(all[1].text, "$.items[?(@.status=='open')].id");
  EXPECT_EQ(all[2].pick, "count");
  EXPECT_EQ(all[3].source, Source::header);
  EXPECT_EQ(all[3].otherwise, "");
  EXPECT_EQ(all[4].source, Source::cookie);
  EXPECT_EQ(all[4].otherwise, std::nullopt);
  EXPECT_EQ(all[5].group, 1);
  EXPECT_EQ(all[6].group, 0);
}

TEST(Uploads, TakeFilesRowsAndValues) {
  Workspace workspace;
  write_files(workspace);
  workspace.write("systems/sys.yaml", document({"",
                                                "",
                                                R"(request: POST /import
          chunked: true
          multipart:
            - {name: file, file: contacts.csv}
            - {name: more, generate: {rows: 1000, columns: {id: "{{index}}", name: "{{random_name()}}"}}}
            - {name: campaign, value: "spring {{uuid}}"}
          stream: {token: /choices/0/delta/content, until: "[DONE]"})",
                                                {}}));
  EXPECT_THAT(workspace.mistakes(), testing::IsEmpty());
  const LoadResult loaded = workspace.load();
  ASSERT_TRUE(loaded.profile);
  const RequestStep& step = loaded.profile->system.api->tasks[0].steps[0].request;
  ASSERT_EQ(step.multipart.size(), 3U);
  EXPECT_EQ(step.multipart[0].filename, "contacts.csv");
  EXPECT_EQ(step.multipart[0].content->bytes(), "name,phone\nAda,+1\n");
  EXPECT_EQ(step.multipart[1].filename, "more.csv");
  EXPECT_EQ(step.multipart[1].generate->rows, 1000U);
  EXPECT_EQ(step.stream->until, "[DONE]");
}

}  // namespace
}  // namespace soundcheck::profile
