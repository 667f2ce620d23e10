#include "sim/scenario/parameter_pattern.hpp"

#include <boost/regex.hpp>
#include <stdexcept>

namespace opsim {

struct ParameterPattern::Compiled {
  boost::regex regex;
};

// SIMPLIFIED: CloudFormation reads Java's regular expressions; Perl's, read here, differ in corners
// only (possessive classes, \p{...} names).
ParameterPattern::ParameterPattern(std::string_view pattern) : text_{pattern} {
  constexpr std::size_t kLongest = 4096;
  if (pattern.size() > kLongest) throw std::invalid_argument("longer than 4096 characters");
  try {
    compiled_ = std::make_shared<const Compiled>(Compiled{boost::regex{text_}});
  } catch (const boost::regex_error& error) {
    throw std::invalid_argument(error.what());
  }
}

ParameterPattern::Answer ParameterPattern::matches(std::string_view value) const {
  try {
    const bool matched = boost::regex_match(value.begin(), value.end(), compiled_->regex);
    return matched ? Answer::yes : Answer::no;
  } catch (const std::runtime_error&) {  // Boost counts its states and gives up
    return Answer::too_complex;
  }
}

}  // namespace opsim
