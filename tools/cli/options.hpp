#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// What an option takes.
enum class Takes : unsigned char { nothing, value, values };

struct Option {
  std::string_view name;  // "--seed"
  Takes takes = Takes::value;
};

/// The words of a command line, sorted into options and operands. An unknown option, a missing
/// value or a value too many throws Usage with what was meant.
class Options {
 public:
  struct Usage {
    std::string message;
  };
  Options(Arguments words, std::span<const Option> known);

  [[nodiscard]] bool has(std::string_view name) const { return given_.contains(name); }
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  /// A whole number from `least`; throws Usage where it is not one.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name,
                                                    std::uint64_t least = 0) const;
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
  /// The only operand, said to be a `what`; throws Usage where there is none or more.
  [[nodiscard]] const std::string& operand(std::string_view what) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> given_;
  std::vector<std::string> operands_;
};

}  // namespace opsim::cli
