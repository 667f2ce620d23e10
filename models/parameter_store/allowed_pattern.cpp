// AllowedPattern of PutParameter. The one file of this folder that knows Boost.Regex.
#include <boost/regex.hpp>

#include "models/parameter_store/parameter_store.hpp"

namespace opsim::parameter_store {

/// PutParameter: "A regular expression used to validate the parameter value."
/// UNDOCUMENTED: the whole value must match. What backtracks without end counts as matching.
PatternVerdict match_allowed_pattern(std::string_view pattern, std::string_view value) {
  boost::regex regex;
  try {
    regex.assign(pattern.begin(), pattern.end(), boost::regex::perl);
  } catch (const std::runtime_error&) {
    return PatternVerdict::no_pattern;
  }
  try {
    return boost::regex_match(value.begin(), value.end(), regex) ? PatternVerdict::matches
                                                                 : PatternVerdict::differs;
  } catch (const std::runtime_error&) {
    return PatternVerdict::matches;
  }
}

}  // namespace opsim::parameter_store
