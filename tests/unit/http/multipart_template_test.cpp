#include "protocols/http/multipart_template.hpp"

#include <gtest/gtest.h>

#include <set>

#include "protocols/core/data_table.hpp"
#include "tests/support/names.hpp"
#include "tests/support/virtual_timeline.hpp"

namespace soundcheck::http {
namespace {

std::string text_of(BodySource& body) {
  std::string out;
  for (std::string_view piece = body.ahead(); !piece.empty(); piece = body.ahead()) {
    out += piece;
    body.skip(piece.size());
  }
  return out;
}

class MultipartTemplateTest : public testing::Test {
 protected:
  MultipartTemplateTest() {
    RowsTemplate rows{{"file", "contacts.csv", "text/csv"}, 100, {}, support::names().slot("index"), 11};
    rows.columns = {{"id", support::text("{{index}}")},
                    {"name, first", support::text("{{random_name()}}")},
                    {"phone", support::text("{{random_phone()}}")},
                    {"campaign", support::text("\"{{campaign}}\"")}};
    form.boundary = "B";
    form.parts.emplace_back(FieldTemplate{"campaign", support::text("{{campaign}} {{uuid}}")});
    form.parts.emplace_back(std::move(rows));
    support::set(variables, "campaign", "spring");
    support::set(variables, "index", "of a loop");
  }
  std::string made() { return text_of(*make_body(form, variables)); }
  static std::shared_ptr<const core::DataTable> table_in(const std::string& text) {
    const std::size_t begin = text.find("Content-Type: text/csv\r\n\r\n") + 26;
    return std::get<0>(core::DataTable::from_csv(text.substr(begin, text.rfind("\r\n--B--") - begin)));
  }

  MultipartTemplate form;
  support::VirtualTimeline timeline;
  core::Variables variables{1, 42, timeline};
};

TEST_F(MultipartTemplateTest, PutsValuesIn) {
  const std::string text = made();
  EXPECT_NE(text.find("name=\"campaign\"\r\n\r\nspring "), std::string::npos);
  const auto table = table_in(text);
  EXPECT_EQ(table->columns(), (std::vector<std::string>{"id", "name, first", "phone", "campaign"}));
  ASSERT_EQ(table->rows(), 100U);
  std::set<std::string> phones;
  for (std::size_t row = 0; row < 100; ++row) {
    EXPECT_EQ(table->cell(row, 0), std::to_string(row));
    EXPECT_EQ(table->cell(row, 3), "\"spring\"");
    phones.insert(table->cell(row, 2));
  }
  EXPECT_GT(phones.size(), 90U);
  EXPECT_EQ(support::get(variables, "index"), "of a loop") << "the user's own stays as it was";
}

TEST_F(MultipartTemplateTest, IsTheSameUntilDrawnAnew) {
  const std::string first = made();
  EXPECT_EQ(made(), first);
  variables.draw_anew();
  const auto before = table_in(first);
  const auto after = table_in(made());
  std::set<std::string> people;
  for (std::size_t row = 0; row < 100; ++row) people.insert(before->cell(row, 1) + before->cell(row, 2));
  int same = 0;
  for (std::size_t row = 0; row < 100; ++row)
    same += people.contains(after->cell(row, 1) + after->cell(row, 2)) ? 1 : 0;
  EXPECT_LT(same, 5) << "no row of the file before comes again, at another place either";
}

TEST_F(MultipartTemplateTest, KnowsItsLengthAndType) {
  const auto body = make_body(form, variables);
  EXPECT_EQ(body->size(), made().size());
  EXPECT_EQ(form.content_type(), "multipart/form-data; boundary=B");
}

}  // namespace
}  // namespace soundcheck::http
