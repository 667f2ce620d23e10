#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsim::events {

/// A text with wildcards: * stands for any run of characters, \* and \\ for themselves.
/// Matching takes time linear in the value, whatever the text.
class Wildcard {
 public:
  /// Or the complaint, worded as AWS words it. Two wildcards in a row are refused.
  static std::variant<Wildcard, std::string> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view value) const;
  [[nodiscard]] const std::string& spelt() const { return spelt_; }
  /// What every match begins and ends with.
  [[nodiscard]] std::string_view front() const { return parts_.front(); }
  [[nodiscard]] std::string_view back() const { return parts_.back(); }
  /// The longest run of characters between two wildcards; empty if there is none.
  [[nodiscard]] std::string_view longest_middle() const;
  [[nodiscard]] bool is_literal() const { return parts_.size() == 1; }

 private:
  std::string spelt_;
  std::vector<std::string> parts_;  // the literal runs between the wildcards
};

}  // namespace opsim::events
