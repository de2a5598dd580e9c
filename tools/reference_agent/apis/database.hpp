// One SQLite database, its prepared statements and transactions: where the APIs keep what they know. In
// memory, or in a file that can be read with sqlite3 while the agent runs. Belongs to the I/O thread, so
// statements must be short. Every failure throws DatabaseError.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace soundcheck::reference_agent {

class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Database {
 public:
  /// In memory if the path is empty. Refuses a file that another program or version has made.
  explicit Database(const std::string& path = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Statements without values, separated by semicolons.
  void execute(const char* sql);
  /// Of the row that was inserted last.
  std::int64_t last_id() const;
  /// Rows that the last statement inserted, changed or deleted.
  std::int64_t changes() const;
  sqlite3* handle() const { return handle_; }

 private:
  void open(const std::string& path);

  sqlite3* handle_ = nullptr;
};

/// The database, after these statements: for members whose statements need tables.
inline Database& with_schema(Database& database, const char* sql) {
  database.execute(sql);
  return database;
}

/// A statement that runs. Its row stands until next() is called; the statement is free again when this goes.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// Goes to the next row; false if there is none.
  bool next();
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Begins to run with these values in place of its question marks. One run at a time.
  template <class... Values>
  [[nodiscard]] Rows query(const Values&... values) {
    int position = 0;
    (bind(++position, values), ...);
    return Rows(statement_);
  }
  /// Runs a statement that gives no rows.
  template <class... Values>
  void run(const Values&... values) {
    query(values...).next();
  }
  /// The number in the first column of the first row; nothing if there is no row or it is null.
  template <class... Values>
  std::optional<std::int64_t> number(const Values&... values) {
    Rows rows = query(values...);
    if (!rows.next() || rows.is_null(0)) return std::nullopt;
    return rows.integer(0);
  }

 private:
  void bind(int position, std::int64_t value);
  void bind(int position, std::integral auto value) { bind(position, static_cast<std::int64_t>(value)); }
  void bind(int position, double value);
  void bind(int position, std::string_view value);
  void bind(int position, std::nullptr_t);
  void bind(int position, const std::optional<std::int64_t>& value);

  sqlite3_stmt* statement_ = nullptr;
};

/// All or nothing: what has not been committed when this goes is undone.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace soundcheck::reference_agent
