#include "tools/reference_agent/apis/contact_upload.hpp"

#include <gtest/gtest.h>

#include "tests/unit/reference_agent/apis/api_test.hpp"

namespace soundcheck::reference_agent {
namespace {

using Problem = ContactUpload::Problem;

std::string body_of(std::string_view csv, std::string_view part = "file") {
  return "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--B\r\nContent-Disposition: "
         "form-data; name=\"" +
         std::string(part) + "\"; filename=\"c.csv\"\r\n\r\n" + std::string(csv) + "\r\n--B--\r\n";
}

class ContactUploadTest : public testing::Test {
 protected:
  ContactUpload::Result upload(const std::string& body, std::size_t piece = 1 << 20) {
    ContactUpload upload(&queue, "B", 0);
    for (std::size_t at = 0; at < body.size(); at += piece)
      upload.add(std::string_view(body).substr(at, piece));
    return upload.finish();
  }
  std::int64_t rows(const char* table) {
    return *Statement(database, std::string("SELECT count(*) FROM ") + table).number();
  }

  Database database;
  Control control{{}, 1, core::TimePoint{}};
  ImportQueue queue{database, control, 10};
};

TEST_F(ContactUploadTest, RowsAndChecksumComeFromTheFilePart) {
  const std::string csv = "name,phone\nAda,+15550100123\nBen,+15550100124\n";
  Sha256 sha;
  sha.add(csv);
  const auto checksum = sha.finish();
  for (const std::size_t piece : {1UL, 7UL, 1000UL}) {
    const auto result = upload(body_of(csv), piece);
    EXPECT_EQ(result.problem, Problem::none) << result.text;
    EXPECT_EQ(result.count.rows, 2U);
    EXPECT_EQ(result.count.bytes, csv.size());
    EXPECT_EQ(result.count.sha256, checksum);
  }
  EXPECT_EQ(rows("calling_import_rows"), 6);
  EXPECT_EQ(queue.waiting(), 6);
}

TEST_F(ContactUploadTest, ColumnsMayComeInAnyOrder) {
  const auto result =
      upload(body_of("\xef\xbb\xbf"
                     "company,phone,x,name\nEngines,+15550100123,7,Ada\n"));
  EXPECT_EQ(result.problem, Problem::none) << result.text;
  Statement select(database, "SELECT name, phone, company FROM calling_import_rows");
  auto row = select.query();
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.text(0), "Ada");
  EXPECT_EQ(row.text(1), "+15550100123");
  EXPECT_EQ(row.text(2), "Engines");
}

TEST_F(ContactUploadTest, SaysWhatIsWrongAndKeepsNothing) {
  EXPECT_EQ(upload(body_of("name\nAda\n")).text,
            "the first line of the file must name the columns name and phone");
  EXPECT_EQ(upload(body_of("")).text,
            "the file is empty; its first line must name the columns name and phone");
  EXPECT_EQ(upload(body_of("name,phone\n", "upload")).text,
            "no part is named \"file\"; send the CSV file as this part");
  const auto whole = body_of("name,phone\nAda,+15550100123\nBen,");
  const auto cut_off = whole.substr(0, whole.size() - 5);
  EXPECT_EQ(upload(cut_off).text, "the multipart body ends without its closing boundary");
  EXPECT_EQ(upload("--Bx\r\n").text, "the multipart body is broken: characters after a boundary");
  EXPECT_EQ(rows("calling_import_rows"), 0);
  EXPECT_EQ(rows("calling_imports"), 0);
  EXPECT_EQ(queue.waiting(), 0);
}

TEST_F(ContactUploadTest, AnUploadThatIsNotFinishedIsDiscarded) {
  {
    ContactUpload upload(&queue, "B", 0);
    upload.add(body_of("name,phone\nAda,+15550100123\nBen,+15550100124\n"));
    EXPECT_EQ(rows("calling_import_rows"), 2);
    EXPECT_EQ(queue.waiting(), 0) << "it counts only once it is submitted";
  }
  EXPECT_EQ(rows("calling_import_rows"), 0);
  EXPECT_EQ(rows("calling_imports"), 0);
}

TEST_F(ContactUploadTest, StoresNothingForThoseWhoMayNotUpload) {
  ContactUpload upload(nullptr, "B", 0);
  upload.add(body_of("name,phone\nAda,+15550100123\n"));
  EXPECT_EQ(rows("calling_import_rows"), 0);
}

}  // namespace
}  // namespace soundcheck::reference_agent
