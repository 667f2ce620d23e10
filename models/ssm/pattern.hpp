#pragma once
/// The regular expressions that documents put on their parameters (allowedPattern).
#include <memory>
#include <string>
#include <string_view>

namespace opsim::ssm {

/// AWS: Systems Manager User Guide, "Data elements and parameters": allowedPattern. The whole value
/// must match, as Java's matches() has it.
///
/// Limits    A pattern or value that is too long, and one that backtracks without end, counts as
///           matching: opsim does not refuse what it cannot judge.
class Pattern {
 public:
  /// Null when `text` is no regular expression; `error` then says why.
  static std::shared_ptr<const Pattern> compile(std::string_view text, std::string& error);
  virtual ~Pattern() = default;
  [[nodiscard]] virtual bool matches(std::string_view value) const = 0;
};

}  // namespace opsim::ssm
