#pragma once
/// What a rule of Contributor Insights counts: log events in, contributors out. Pure.
///
/// AWS: CloudWatch User Guide, "Contributor Insights rule syntax" (ContributorInsights-RuleSyntax);
/// API GetInsightRuleReport.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

struct RuleFilter {
  std::string match;  // "$.httpMethod"
  std::string how;    // "In", "GreaterThan", ...
  Json what;
};

/// A rule's body, read and checked.
struct RuleBody {
  static constexpr std::size_t kMostKeys = 4;
  static constexpr std::size_t kMostFilters = 4;

  std::vector<std::string> groups;  // one that ends in '*' stands for all that begin so
  bool clf = false;                 // Common Log Format: fields by number, or by their aliases
  std::map<std::string, std::string> aliases;  // "IpAddress" is "4"
  std::vector<std::string> keys;
  std::string value_of;  // "" where there is none
  std::vector<RuleFilter> filters;
  bool sums = false;  // AggregateOn: Sum

  /// A complaint where the text is no rule.
  [[nodiscard]] static std::variant<RuleBody, std::string> parse(const std::string& text);
  [[nodiscard]] bool covers(const std::string& group) const;
};

/// A log event that matched.
struct RuleSample {
  SimTime at{};
  std::vector<std::string> keys;
  double value = 1;
};
std::optional<RuleSample> match_rule(const RuleBody& rule, SimTime at, const std::string& message);

/// The contributors and the statistics of each period: GetInsightRuleReport's answer without what
/// it was not asked for.
struct ReportFrame {
  SimTime start{};
  SimTime end{};
  Duration period{};
  std::size_t most = 10;  // contributors
  bool by_maximum = false;
  std::vector<std::string> metrics;
};
inline constexpr std::array<std::string_view, 7> kRuleMetrics = {
    "Average", "MaxContributorValue", "Maximum", "Minimum", "SampleCount",
    "Sum",     "UniqueContributors"};
/// One of kRuleMetrics of the samples of one period; nothing where there are none.
std::optional<double> rule_statistic(const std::vector<const RuleSample*>& samples,
                                     std::string_view metric);
Json rule_report(const RuleBody& rule, const std::vector<RuleSample>& samples,
                 const ReportFrame& frame);

}  // namespace opsim::cloudwatch
