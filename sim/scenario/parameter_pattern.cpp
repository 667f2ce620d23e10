#include "sim/scenario/parameter_pattern.hpp"

#include <boost/regex.hpp>
#include <stdexcept>

namespace opsim {

namespace {

/// What Java takes as it stands and Boost does not: a hyphen in a set after a range or after a
/// class such as \w is itself, as in [\w-.] and [a-z0-9-.].
class HyphenEscaper {
 public:
  std::string rewrite(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const char c = pattern[i];
      const bool escaped = c == '\\' && i + 1 < pattern.size();
      if (in_set_ && c == '-' && complete_) out += '\\';
      out += c;
      if (escaped) out += pattern[++i];
      step(c, escaped ? pattern[i] : '\0');
    }
    return out;
  }

 private:
  void step(char c, char escaped) {
    if (!in_set_) {
      in_set_ = c == '[';
      complete_ = ranging_ = begun_ = false;
      return;
    }
    if (c == ']') {
      in_set_ = false;
    } else if (c == '-' && !complete_) {
      ranging_ = begun_;  // the first of a set is itself
    } else {
      complete_ = ranging_ || (c == '\\' && std::string_view{"wWdDsS"}.find(escaped) != kNone);
      ranging_ = false;
    }
    begun_ = true;
  }

  static constexpr std::size_t kNone = std::string_view::npos;
  bool in_set_ = false;
  bool begun_ = false;
  bool complete_ = false;  // a range or a class ends here: no range can begin
  bool ranging_ = false;   // after the hyphen of a range
};

}  // namespace

struct ParameterPattern::Compiled {
  boost::regex regex;
};

// SIMPLIFIED: CloudFormation reads Java's regular expressions; Perl's, read here, differ in corners
// only (possessive classes, \p{...} names).
ParameterPattern::ParameterPattern(std::string_view pattern) : text_{pattern} {
  constexpr std::size_t kLongest = 4096;
  if (pattern.size() > kLongest) throw std::invalid_argument("longer than 4096 characters");
  try {
    compiled_ =
        std::make_shared<const Compiled>(Compiled{boost::regex{HyphenEscaper{}.rewrite(text_)}});
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
