#pragma once
/// How many targets at a time, and how many errors before no more are sent.
///
/// AWS: Systems Manager User Guide, "Control automations at scale", "Using targets and rate
/// controls"; API Reference, MaxConcurrency and MaxErrors.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace opsim::ssm {

/// "10" or "10%".
struct RateLimit {
  double value = 0;
  bool percent = false;
  /// Nothing for text that AWS refuses: "0" is fine for errors and not for concurrency.
  static std::optional<RateLimit> parse(std::string_view text);
};

/// Never less than one: AWS runs something. UNDOCUMENTED: percentages round down.
[[nodiscard]] std::size_t concurrency_of(const RateLimit& rate, std::size_t targets);

/// Errors that may happen; one more and no further target is started. UNDOCUMENTED: percentages
/// round down. The Automation guide's worked example (10% of 50 stops at the fifth error) differs
/// from the API reference, Run Command and State Manager (the sixth); we follow the latter.
[[nodiscard]] std::size_t errors_allowed(const RateLimit& rate, std::size_t targets);

}  // namespace opsim::ssm
