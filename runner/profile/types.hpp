// The types that a key of a document can have. Each knows how to read itself from a node (reporting what is
// wrong) and how to describe itself to people and in JSON Schema. Values, built once; control thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "protocols/audio/codec.hpp"
#include "runner/profile/object.hpp"
#include "runner/profile/profile.hpp"

namespace soundcheck::profile {

/// Any scalar. `rule` says what is wrong with a text, or nothing.
struct Text {
  using Result = std::string;
  using Rule = std::optional<std::string> (*)(const std::string&);
  std::string name = "text";
  std::string range;
  Rule rule = nullptr;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

Text name_text();     ///< not empty, one line
Text url_path();      ///< begins with '/'
Text json_pointer();  ///< RFC 6901

/// A whole number from min to max.
struct Count {
  using Result = std::uint64_t;
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint32_t>::max();
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

struct DurationText {
  using Result = Duration;
  Duration min{};
  Duration max{};
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "1s", "500ms..1500ms", "normal(2s, 500ms)" or "exponential(2s)"; zero is allowed.
struct PauseText {
  using Result = Pause;
  Duration max{};
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// More than zero, up to max.
struct RateText {
  using Result = Rate;
  Rate max{};
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "64KB", from min to max bytes.
struct SizeText {
  using Result = std::uint64_t;
  std::uint64_t min = 1;
  std::uint64_t max = 0;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// true or false.
struct TrueFalse {
  using Result = bool;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// One of a few names.
struct Choice {
  using Result = std::string;
  std::vector<std::string> names;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

struct EncodingName {
  using Result = audio::Encoding;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

struct RtfSourceName {
  using Result = core::RtfSource;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// 10ms, 20ms, 40ms or 60ms, as a number of milliseconds.
struct FrameLength {
  using Result = std::uint32_t;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// "GET /path".
struct RequestLine {
  std::string method;
  std::string path;
  std::string shown_path;  ///< for messages: as it is written, without what came from the environment
};
struct RequestLineText {
  using Result = RequestLine;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// A text as it is, or a map or list that becomes JSON.
struct Payload {
  std::string text;
  bool json = false;
};
struct PayloadText {
  using Result = Payload;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Header names to texts.
struct HeaderMap {
  using Result = Headers;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// JSON Pointers to the values that an answer must have there.
struct JsonValueMap {
  using Result = std::vector<JsonCheck>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// The key of a map that extracts something: a variable's name, and no built-in one's.
void check_extracted_name(const Value::Entry& entry, Mistakes& mistakes);
/// A rule of Text.
std::optional<std::string> not_a_header(const std::string& text);

/// Names of variables to JSON Pointers.
struct ExtractMap {
  using Result = std::vector<Extract>;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

/// Names of tags to lists of tasks.
struct TagMap {
  using Result = Tags;
  TypeInfo describe() const;
  std::optional<Result> read(Mistakes& mistakes, const Value& node) const;
};

}  // namespace soundcheck::profile
