// The style sheet of the HTML report. Constant.
#pragma once

#include <string_view>

namespace soundcheck::report {

extern const std::string_view html_style;

}  // namespace soundcheck::report
