// Writes JSON text in the order of the calls: indented, or a whole object on one line where rows of a series
// would else fill pages. Always valid: text is made valid UTF-8, numbers that are not finite become null. One
// thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::report {

class JsonWriter {
 public:
  enum class Layout : unsigned char { lines, one_line };

  void begin_object(Layout layout = Layout::lines) { begin('{', '}', layout); }
  void begin_array(Layout layout = Layout::lines) { begin('[', ']', layout); }
  void end();
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool b) { raw(b ? "true" : "false"); }
  void value(double number);
  void value(std::integral auto number) { raw(std::to_string(number)); }
  template <class T>
  void value(const std::optional<T>& v) {
    if (v) {
      value(*v);
    } else {
      raw("null");
    }
  }

  template <class T>
  void member(std::string_view name, const T& v) {
    key(name);
    value(v);
  }

  /// The text, after every begin has had its end.
  std::string take();

 private:
  struct Scope {
    char close = 0;
    bool one_line = false;
    bool empty = true;
  };
  void begin(char open, char close, Layout layout);
  void raw(std::string_view text);
  void quoted(std::string_view text);
  void separate();  // comma and line break before a key or an element
  void new_line();

  std::string out_;
  std::vector<Scope> scopes_;
  bool after_key_ = false;
};

}  // namespace soundcheck::report
