// The statuses that count as success: single ones and whole classes, "200 or 204 or 3xx". A value, immutable.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace soundcheck::http {

class StatusSet {
 public:
  StatusSet(std::initializer_list<int> statuses) {
    for (const int status : statuses) add(status, status);
  }

  void add(int first, int last) { ranges_.emplace_back(first, last); }
  bool contains(int status) const {
    for (const auto& [first, last] : ranges_) {
      if (status >= first && status <= last) return true;
    }
    return false;
  }
  /// "200 or 2xx or 400 to 404".
  std::string text() const;

 private:
  std::vector<std::pair<int, int>> ranges_;
};

}  // namespace soundcheck::http
