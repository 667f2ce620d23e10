#pragma once
/// The `pattern` command: what recurs in many messages, with what varies left out. Pure.
///
/// AWS: CloudWatch Logs User Guide, "Pattern analysis" (CWL_AnalyzeLogData_Patterns) and "pattern"
/// (CWL_QuerySyntax-Pattern): a token that varies is shown as <string-number>, "the string is a
/// description of the type of data that the token represents; the number shows where in the pattern
/// this token appears".
#include <string>
#include <string_view>
#include <vector>

namespace opsim::logs {

struct FoundPattern {
  std::string text;           // "<Time-1> [ERROR] cannot reach <IP-2>"
  std::size_t count = 0;      // @sampleCount
  double ratio = 0;           // @ratio, of all messages
  std::string_view severity;  // @severityLabel: "Error", "Warning", "Info", "Debug", or ""
};

/// The commonest first.
[[nodiscard]] std::vector<FoundPattern> find_patterns(const std::vector<std::string>& messages);

}  // namespace opsim::logs
