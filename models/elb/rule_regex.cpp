// Regular expressions of conditions (RegexValues). AWS: ELB API, HostHeaderConditionConfig,
// PathPatternConditionConfig, HttpHeaderConditionConfig. UNDOCUMENTED: the dialect; Perl's stands
// for it.
#include <boost/regex.hpp>
#include <stdexcept>

#include "models/elb/rule_condition.hpp"

namespace opsim::elb {

namespace {

boost::regex compiled(const std::string& expression, bool ignore_case) {
  boost::regex::flag_type flags = boost::regex::perl;
  if (ignore_case) flags |= boost::regex::icase;
  return boost::regex{expression, flags};
}

}  // namespace

bool is_expression(const std::string& expression) {
  try {
    compiled(expression, false);
    return true;
  } catch (const boost::regex_error&) {
    return false;
  }
}

// An expression too complex for the text matches nothing, instead of running for ever.
bool matches_expression(const std::string& expression, const std::string& text, bool ignore_case) {
  try {
    return boost::regex_search(text, compiled(expression, ignore_case));
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace opsim::elb
