#pragma once
#include <string>
#include <string_view>

namespace opsim {

/// libyaml's words for a syntax error, as a person would put them. `line` holds the error and
/// `rest` is the text from it on.
[[nodiscard]] std::string yaml_problem(std::string_view problem, std::string_view context,
                                       std::string_view line, std::string_view rest);

}  // namespace opsim
