#include "protocols/core/data_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "protocols/core/random.hpp"

namespace soundcheck::core {
namespace {

using Table = std::shared_ptr<const DataTable>;
using Lines = std::vector<std::string>;

std::string all_of(const DataTable::Loaded& loaded) {
  std::string out;
  if (const auto* mistakes = std::get_if<DataMistakes>(&loaded)) {
    for (const DataMistake& mistake : *mistakes) out += fmt::format("{}: {}\n", mistake.line, mistake.text);
    return out;
  }
  const Table& table = std::get<Table>(loaded);
  for (const std::string& column : table->columns()) out += fmt::format("<{}>", column);
  for (std::size_t row = 0; row < table->rows(); ++row) {
    out += '\n';
    for (std::size_t i = 0; i < table->columns().size(); ++i) out += fmt::format("[{}]", table->cell(row, i));
  }
  return out;
}

std::string csv(std::string text) { return all_of(DataTable::from_csv(std::move(text))); }
std::string json(std::string_view text) { return all_of(DataTable::from_json(text)); }

TEST(DataTable, ReadsPlainAndQuotedFields) {
  EXPECT_EQ(csv("name,phone\nAda,+1\nBen,+2\n"), "<name><phone>\n[Ada][+1]\n[Ben][+2]");
  EXPECT_EQ(csv("name,phone\r\nAda,+1\r\nBen,+2"), "<name><phone>\n[Ada][+1]\n[Ben][+2]");
  EXPECT_EQ(csv("\"a b\",c\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",\n"),
            "<a b><c>\n[x, y][say \"hi\"]\n[two\r\nlines][]");
  EXPECT_EQ(csv("\xef\xbb\xbf"
                "a,b\n1,2\n"),
            "<a><b>\n[1][2]");
  EXPECT_EQ(csv("a\n\"\"\n"), "<a>\n[]");
  EXPECT_EQ(csv("a,b\n\n1,2\n\r\n\n3,4\n\n"), "<a><b>\n[1][2]\n[3][4]") << "empty lines are no rows";
  EXPECT_EQ(csv("a,b\n1\r1,2\n"), "<a><b>\n[1\r1][2]");
  EXPECT_EQ(csv("Größe,名前\n1,太郎\n"), "<Größe><名前>\n[1][太郎]");
}

TEST(DataTable, NamesTheLineOfEveryMistake) {
  EXPECT_EQ(csv(""), "0: the file is empty; its first line must name the columns\n");
  EXPECT_EQ(csv("\n \n"), "0: the file is empty; its first line must name the columns\n");
  EXPECT_EQ(csv("a,b\n"), "0: there is no row below the header line\n");
  EXPECT_EQ(csv("a,,a\n1,2,3\n"), "1: column 2 has no name\n1: two columns have the name 'a'\n");
  EXPECT_EQ(csv("a,b\n1\n1,2\n\"x\ny\",2,3\n\n1,2,3,4\n"),
            "2: 1 field, but the header line has 2\n4: 3 fields, but the header line has 2\n"
            "7: 4 fields, but the header line has 2\n");
  EXPECT_EQ(csv("a,b\n1,5\" pipe\n1,2\n1,\"5\" pipe\n"),
            "2: a quote in the middle of a field; put the field in quotes and write the quote twice\n"
            "4: after a closing quote only a comma may follow; a quote in a field is written twice\n");
  EXPECT_EQ(csv("a,b\n1,2\n\"1\n,\"2\n3,4\n"),
            "4: after a closing quote only a comma may follow; a quote in a field is written twice\n");
  EXPECT_EQ(csv("a,b\n1,2\n1,\"2\n3,4\n"), "3: a quote opens here and is never closed\n");
}

TEST(DataTable, StopsAfterSomeMistakes) {
  std::string text = "a,b\n";
  for (int i = 0; i < 1000; ++i) text += "1\n";
  const auto loaded = DataTable::from_csv(text);
  EXPECT_EQ(std::get<DataMistakes>(loaded).size(), DataTable::most_mistakes);
}

TEST(DataTable, ReadsJsonObjectsAsRows) {
  EXPECT_EQ(json(R"([{"name":"Ada, \"A\"","n":1},{"n":2.5,"more":{"a":[true,null]}}])"),
            "<name><n><more>\n[Ada, \"A\"][1][]\n[][2.5][{\"a\":[true,null]}]");
  EXPECT_EQ(json(" [ {\"a\":\"x\"} ]\n"), "<a>\n[x]");
}

TEST(DataTable, SaysWhatIsWrongWithJson) {
  const std::string rule = "0: a JSON data file is an array of objects, one for each row\n";
  EXPECT_EQ(json("{}"), rule);
  EXPECT_EQ(json("[]"), rule);
  EXPECT_EQ(json("[1]"), rule);
  EXPECT_EQ(json(R"([{"a":1},2,{"a":3},null])"),
            "0: element 1 of the array is not an object\n0: element 3 of the array is not an object\n");
  EXPECT_EQ(json("[{\"a\":1},\n{\"a\":}]").substr(0, 20), "2: this is not JSON:");
  EXPECT_EQ(json("[{\"a\":1}]\n\nx"), "3: something follows after the end of the JSON array\n");
  EXPECT_EQ(json("[{}]"), "0: the objects have no members, so there are no columns\n");
  EXPECT_EQ(json(R"([{"":1}])"), "0: element 0 has a member without a name\n");
}

TEST(DataTable, GivesBackWhatWasWritten) {
  constexpr std::string_view letters = "ab,\"\r\n ";
  Random random(6);
  for (int round = 0; round < 500; ++round) {
    const std::size_t columns = 1 + random.below(4);
    const std::size_t rows = 1 + random.below(6);
    const std::string_view line_end = random.below(2) == 0 ? "\n" : "\r\n";
    std::vector<Lines> cells(rows, Lines(columns));
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) text += fmt::format("{}c{}", i == 0 ? "" : ",", i);
    text += line_end;
    for (Lines& row : cells) {
      for (std::size_t i = 0; i < columns; ++i) {
        for (std::size_t n = random.below(5); n > 0; --n) row[i] += letters[random.below(letters.size())];
        if (i > 0) text += ',';
        append_csv_field(text, row[i]);
      }
      text += line_end;
    }
    const auto loaded = DataTable::from_csv(text);
    ASSERT_TRUE(std::holds_alternative<Table>(loaded)) << text << all_of(loaded);
    const DataTable& table = *std::get<Table>(loaded);
    ASSERT_EQ(table.rows(), rows) << text;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < columns; ++i) ASSERT_EQ(table.cell(row, i), cells[row][i]) << text;
    }
  }
}

TEST(DataTable, LoadsFilesByTheirEnding) {
  const std::filesystem::path folder = testing::TempDir();
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  };
  const auto file = write("soundcheck_table.csv", "a,b\n1,2\n");
  const auto loaded = DataTable::load(file);
  EXPECT_EQ(all_of(loaded), "<a><b>\n[1][2]");
  EXPECT_EQ(std::get<Table>(loaded)->column("b"), 1U);
  EXPECT_EQ(std::get<Table>(loaded)->column("c"), std::nullopt);
  EXPECT_EQ(all_of(DataTable::load(write("soundcheck_table.json", R"([{"a":"1"}])"))), "<a>\n[1]");
  EXPECT_EQ(all_of(DataTable::load(write("soundcheck_empty.csv", ""))),
            "0: the file is empty; its first line must name the columns\n");
  EXPECT_EQ(all_of(DataTable::load(folder / "soundcheck_nothing.csv")), "0: there is no such file\n");
  EXPECT_EQ(all_of(DataTable::load(folder)), "0: this is a folder, not a file\n");
  EXPECT_EQ(all_of(DataTable::load("/dev/null")), "0: this is not a file\n");
}

}  // namespace
}  // namespace soundcheck::core
