#include "tools/reference_agent/apis/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace soundcheck::reference_agent {
namespace {

class DatabaseFile : public testing::Test {
 protected:
  std::string why_not() const {
    try {
      const Database database(path_);
    } catch (const DatabaseError& error) {
      return error.what();
    }
    return "no error";
  }

  support::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "agent.db";
};

TEST(Database, BindsAndReadsEveryType) {
  Database database;
  database.execute("CREATE TABLE t(a, b, c, d)");
  const std::string bytes("x\0y", 3);
  Statement(database, "INSERT INTO t VALUES(?,?,?,?)").run(7, 2.5, bytes, nullptr);
  EXPECT_EQ(database.last_id(), 1);
  Statement select(database, "SELECT a, b, c, d FROM t WHERE a=?");
  {
    auto rows = select.query(7);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), 7);
    EXPECT_EQ(rows.real(1), 2.5);
    EXPECT_EQ(rows.text(2), bytes);
    EXPECT_TRUE(rows.is_null(3));
    EXPECT_FALSE(rows.next());
  }
  EXPECT_EQ(select.number(8), std::nullopt);
  EXPECT_EQ(select.number(7), 7);
}

TEST(Database, UndoesWhatWasNotCommitted) {
  Database database;
  database.execute("CREATE TABLE t(a)");
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES(1)");
  }
  EXPECT_EQ(Statement(database, "SELECT count(*) FROM t").number(), 0);
  {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES(1)");
    transaction.commit();
  }
  EXPECT_EQ(Statement(database, "SELECT count(*) FROM t").number(), 1);
}

TEST(Database, SaysWhatIsWrongWithAStatement) {
  Database database;
  EXPECT_THROW(database.execute("CREATE TABEL t(a)"), DatabaseError);
  EXPECT_THROW(Statement(database, "SELECT x"), DatabaseError);
}

TEST_F(DatabaseFile, KeepsItsRows) {
  {
    Database database(path_);
    database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(5)");
  }
  Database again(path_);
  EXPECT_EQ(Statement(again, "SELECT a FROM t").number(), 5);
}

TEST_F(DatabaseFile, CanBeReadWhileTheAgentWrites) {
  Database writer(path_);
  writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(5)");
  Database reader(path_);
  Transaction transaction(writer);
  writer.execute("INSERT INTO t VALUES(6)");
  EXPECT_EQ(Statement(reader, "SELECT count(*) FROM t").number(), 1);
}

TEST_F(DatabaseFile, RefusesTheFilesOfOthers) {
  std::ofstream(path_)
      << "These are my notes, do not touch them. They are longer than the header of a database.";
  EXPECT_EQ(why_not(),
            "cannot use the database " + path_.string() +
                ": file is not a database; name another file with --database, or leave it out to keep "
                "everything in memory");
  path_ += "2";
  {
    Database database(path_);
    database.execute("CREATE TABLE t(a); PRAGMA application_id=42");
  }
  EXPECT_THAT(why_not(), testing::HasSubstr("it is the database of another program"));
  path_ += "3";
  {
    Database database(path_);
    database.execute("CREATE TABLE t(a); PRAGMA user_version=999");
  }
  EXPECT_THAT(why_not(), testing::HasSubstr("another version of the reference agent has made it"));
}

}  // namespace
}  // namespace soundcheck::reference_agent
