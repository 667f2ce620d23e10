// The one file that knows Boost.Regex (header-only since Boost 1.76).
#include "models/ssm/pattern.hpp"

#include <boost/regex.hpp>

namespace opsim::ssm {

namespace {

constexpr std::size_t kLongestPattern = 4096;
constexpr std::size_t kLongestValue = 4096;

class Compiled : public Pattern {
 public:
  explicit Compiled(std::string_view text)
      : regex_(text.begin(), text.end(), boost::regex::perl | boost::regex::optimize) {}

  [[nodiscard]] bool matches(std::string_view value) const override {
    if (value.size() > kLongestValue) return true;
    try {
      return boost::regex_match(value.begin(), value.end(), regex_);
    } catch (const std::runtime_error&) {  // Boost gives up on runaway backtracking
      return true;
    }
  }

 private:
  boost::regex regex_;
};

}  // namespace

std::shared_ptr<const Pattern> Pattern::compile(std::string_view text, std::string& error) {
  if (text.size() > kLongestPattern) {
    error = "the pattern is longer than 4096 characters";
    return nullptr;
  }
  try {
    return std::make_shared<const Compiled>(text);
  } catch (const std::runtime_error& bad) {
    error = bad.what();
    return nullptr;
  }
}

}  // namespace opsim::ssm
