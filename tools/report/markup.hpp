#pragma once
/// Text that may stand in HTML, SVG and XML.
#include <string>
#include <string_view>

namespace opsim::report {

/// With the five characters escaped that mean something there; control characters become blanks.
std::string escaped(std::string_view text);

}  // namespace opsim::report
