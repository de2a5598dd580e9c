#include "protocols/core/data_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <utility>

namespace soundcheck::core {

namespace json = boost::json;

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// One field of a CSV line, as it stands there.
struct Field {
  std::size_t begin = 0;  ///< without the opening quote
  std::size_t end = 0;    ///< without the closing one
  bool quoted = false;
  std::size_t next = 0;           ///< behind the field: a comma, a line end or the end of the text
  const char* problem = nullptr;  ///< then `next` is where reading can go on: the line end
};

bool ends_line(std::string_view text, std::size_t at) {
  return at == text.size() || text[at] == '\n' ||
         (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n'));
}

std::size_t behind_line_end(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '\r') ++at;
  if (at < text.size() && text[at] == '\n') ++at;
  return at;
}

Field broken(std::string_view text, std::size_t at, const char* why) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  return {at, end, false, end, why};
}

Field read_field(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '"') {
    std::size_t end = at + 1;
    for (;;) {
      end = text.find('"', end);
      if (end == text.npos) return broken(text, at, "a quote opens here and is never closed");
      if (end + 1 == text.size() || text[end + 1] != '"') break;
      end += 2;
    }
    const std::size_t next = end + 1;
    if (!ends_line(text, next) && text[next] != ',')
      return broken(text, next,
                    "after a closing quote only a comma may follow; a quote in a field is written twice");
    return {at + 1, end, true, next, nullptr};
  }
  std::size_t end = at;
  while (!ends_line(text, end) && text[end] != ',') {
    if (text[end] == '"')
      return broken(text, end,
                    "a quote in the middle of a field; put the field in quotes and write the quote twice");
    ++end;
  }
  return {at, end, false, end, nullptr};
}

void append_field(std::string_view text, const Field& field, std::string& out) {
  std::string_view rest = text.substr(field.begin, field.end - field.begin);
  if (!field.quoted) {
    out += rest;
    return;
  }
  for (std::size_t quote = rest.find('"'); quote != rest.npos; quote = rest.find('"')) {
    out += rest.substr(0, quote + 1);
    rest.remove_prefix(quote + 2);
  }
  out += rest;
}

std::uint64_t line_ends(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

/// Reads all lines once: the columns, where each row begins, and all that is wrong.
class CsvReader {
 public:
  static DataTable::Loaded read(std::shared_ptr<DataTable> table) {
    CsvReader reader(*table);
    reader.read_all();
    if (!reader.mistakes_.empty()) return std::move(reader.mistakes_);
    return std::shared_ptr<const DataTable>(std::move(table));
  }

 private:
  explicit CsvReader(DataTable& table) : table_(table), text_(table.text_) {}

  void read_all() {
    read_header();
    if (!mistakes_.empty()) return;
    table_.offsets_.reserve(text_.size() / 64);
    while (at_ < text_.size() && mistakes_.size() < DataTable::most_mistakes) {
      if (ends_line(text_, at_)) {
        at_ = behind_line_end(text_, at_);
        ++line_;
      } else {
        read_row();
      }
    }
    table_.offsets_.shrink_to_fit();
    if (mistakes_.empty() && table_.offsets_.empty())
      mistakes_.push_back({0, "there is no row below the header line"});
  }

  void read_header() {
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    table_.text_ = text_;
    if (text_.find_first_not_of(" \t\r\n") == text_.npos) {
      mistakes_.push_back({0, "the file is empty; its first line must name the columns"});
      return;
    }
    for_each_field([&](const Field& field) {
      std::string name;
      append_field(text_, field, name);
      if (name.empty())
        mistakes_.push_back({line_, fmt::format("column {} has no name", table_.columns_.size() + 1)});
      if (!name.empty() && table_.column(name))
        mistakes_.push_back({line_, fmt::format("two columns have the name '{}'", name)});
      table_.columns_.push_back(std::move(name));
    });
  }

  void read_row() {
    const std::size_t begin = at_;
    const std::uint64_t line = line_;
    std::size_t fields = 0;
    const bool good = for_each_field([&](const Field&) { ++fields; });
    if (good && fields != table_.columns_.size()) {
      mistakes_.push_back({line, fmt::format("{} field{}, but the header line has {}", fields,
                                             fields == 1 ? "" : "s", table_.columns_.size())});
    }
    table_.offsets_.push_back(begin);
  }

  /// To the end of the line. False: it is broken, which has been noted.
  template <class Take>
  bool for_each_field(Take take) {
    for (;;) {
      const Field field = read_field(text_, at_);
      if (field.problem != nullptr) {
        mistakes_.push_back({line_ + line_ends(text_.substr(at_, field.begin - at_)), field.problem});
      } else {
        take(field);
      }
      // Only a field in quotes can hold line ends.
      if (field.quoted || field.problem != nullptr) line_ += line_ends(text_.substr(at_, field.next - at_));
      at_ = field.next;
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      at_ = behind_line_end(text_, at_);
      ++line_;
      return field.problem == nullptr;
    }
  }

  DataTable& table_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  DataMistakes mistakes_;
};

DataTable::Loaded DataTable::load(const std::filesystem::path& path) {
  auto opened = MappedFile::open(path);
  if (auto* why = std::get_if<std::string>(&opened)) return DataMistakes{{0, std::move(*why)}};
  auto file = std::get<std::shared_ptr<const MappedFile>>(std::move(opened));
  if (path.extension() == ".json") return from_json(file->bytes());
  auto table = std::make_shared<DataTable>();
  table->text_ = file->bytes();
  table->file_ = std::move(file);
  return CsvReader::read(std::move(table));
}

DataTable::Loaded DataTable::from_csv(std::string text) {
  auto table = std::make_shared<DataTable>();
  table->own_ = std::move(text);
  table->text_ = table->own_;
  return CsvReader::read(std::move(table));
}

DataTable::Loaded DataTable::from_json(std::string_view text) {
  boost::system::error_code error;
  json::stream_parser parser;
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && !parser.done()) parser.finish(error);
  const std::size_t rest = error ? text.npos : text.find_first_not_of(" \t\r\n", read);
  if (error || rest != text.npos) {
    const std::string_view before = text.substr(0, rest == text.npos ? read : rest);
    return DataMistakes{{line_ends(before) + 1, error ? fmt::format("this is not JSON: {}", error.message())
                                                      : "something follows after the end of the JSON array"}};
  }
  const json::value document = parser.release();
  const json::array* rows = document.if_array();
  if (rows == nullptr || rows->empty() || !rows->front().is_object())
    return DataMistakes{{0, "a JSON data file is an array of objects, one for each row"}};

  DataMistakes mistakes;
  std::vector<std::string_view> columns;
  for (std::size_t i = 0; i < rows->size() && mistakes.size() < most_mistakes; ++i) {
    const json::object* row = (*rows)[i].if_object();
    if (row == nullptr) {
      mistakes.push_back({0, fmt::format("element {} of the array is not an object", i)});
      continue;
    }
    for (const auto& member : *row) {
      if (member.key().empty())
        mistakes.push_back({0, fmt::format("element {} has a member without a name", i)});
      if (std::find(columns.begin(), columns.end(), member.key()) == columns.end())
        columns.push_back(member.key());
    }
  }
  if (columns.empty()) mistakes.push_back({0, "the objects have no members, so there are no columns"});
  if (!mistakes.empty()) return mistakes;

  // From here on it is a CSV file like any other.
  std::string csv;
  const auto add_line = [&](auto text_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) csv += ',';
      append_csv_field(csv, text_of(columns[i]));
    }
    csv += '\n';
  };
  add_line([](std::string_view name) { return std::string(name); });
  for (const json::value& row : *rows) {
    add_line([&](std::string_view name) -> std::string {
      const json::value* value = row.get_object().if_contains(name);
      if (value == nullptr) return {};
      if (const json::string* plain = value->if_string()) return std::string(*plain);
      if (const double* number = value->if_double()) return fmt::format("{}", *number);
      return json::serialize(*value);
    });
  }
  return from_csv(std::move(csv));
}

std::optional<std::size_t> DataTable::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

void DataTable::append(std::size_t row, std::size_t column, std::string& out) const {
  std::size_t at = offsets_[row];
  Field field = read_field(text_, at);
  for (; column > 0; --column) field = read_field(text_, field.next + 1);
  append_field(text_, field, out);
}

std::string DataTable::cell(std::size_t row, std::size_t column) const {
  std::string out;
  append(row, column, out);
  return out;
}

void append_csv_field(std::string& out, std::string_view field) {
  // An empty one in quotes, so that a line of one empty field is no empty line.
  if (!field.empty() && field.find_first_of(",\"\r\n") == field.npos) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace soundcheck::core
