#include "tools/reference_agent/apis/csv_reader.hpp"

#include <gtest/gtest.h>

namespace soundcheck::reference_agent {
namespace {

using Records = std::vector<CsvReader::Record>;

Records read(std::string_view text, std::size_t cut = 0) {
  Records records;
  CsvReader reader([&](const CsvReader::Record& record) { records.push_back(record); });
  reader.add(text.substr(0, cut));
  reader.add(text.substr(cut));
  reader.finish();
  return records;
}

TEST(CsvReader, ReadsRecords) {
  EXPECT_EQ(read("name,phone\nAda,+1\r\n\n,\nBen,"),
            (Records{{"name", "phone"}, {"Ada", "+1"}, {"", ""}, {"Ben", ""}}));
  EXPECT_EQ(read(""), Records{});
  EXPECT_EQ(read("\n\r\n"), Records{});
}

TEST(CsvReader, UnderstandsQuotes) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",5\" disk\n\"\"\n"),
            (Records{{"a,b", "say \"hi\"", "two\r\nlines", "5\" disk"}, {""}}));
}

TEST(CsvReader, GivesTheSameWhereverTheTextIsCut) {
  const std::string text = "name,\"no\"\"te\"\r\n\"x\ny\",2\r\nlast,\"\"";
  const Records expected{{"name", "no\"te"}, {"x\ny", "2"}, {"last", ""}};
  for (std::size_t cut = 0; cut <= text.size(); ++cut) EXPECT_EQ(read(text, cut), expected) << cut;
}

TEST(CsvReader, IsBounded) {
  const auto records = read(std::string(5000, 'x') + std::string(500, ','));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].size(), CsvReader::max_fields);
  EXPECT_EQ(records[0][0].size(), CsvReader::max_field);
}

}  // namespace
}  // namespace soundcheck::reference_agent
