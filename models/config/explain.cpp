// Why something stands open: what `opsim why` is told of aggregators, rules and resources.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "models/config/aggregators.hpp"
#include "models/config/managed_rules.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::config {

namespace {

constexpr std::size_t kMostLines = 5;  // of a kind; the rest are counted

std::string when(const Config& config, SimTime at) {
  return "+" + clock_text(at - config.cloud.sim().start());
}

void add_counted(std::vector<std::string>& lines, std::vector<std::string> more,
                 std::string_view what) {
  const std::size_t all = more.size();
  if (all > kMostLines) {
    more.resize(kMostLines);
    more.push_back(fmt::format("and {} more {}", all - kMostLines, what));
  }
  std::ranges::move(more, std::back_inserter(lines));
}

std::string standing(const Config& config, const Rule& rule, const std::string& resource,
                     const Finding& finding) {
  return fmt::format("{} of account {} finds {} {} since {}", rule.name, rule.place.account,
                     resource, finding.compliance, when(config, finding.since));
}

/// What became of the remedy of a finding that stands.
void explain_remedy(Rule& rule, const std::string& resource, std::vector<std::string>& lines) {
  if (!rule.remediation) {
    lines.push_back(fmt::format("{} has no remediation: somebody must act", rule.name));
    return;
  }
  if (!rule.remediation->automatic)
    lines.push_back(fmt::format("the remediation of {} does not start by itself", rule.name));
  if (const auto tried = rule.attempts.find(resource);
      tried != rule.attempts.end() && !tried->second.error.empty())
    lines.push_back(fmt::format("{} failed on it, {} times in all: {}", rule.remediation->document,
                                tried->second.number, tried->second.error));
  if (rule.exceptions.contains(resource))
    lines.push_back(
        fmt::format("a remediation exception stands: {} is not tried again until it is deleted",
                    rule.remediation->document));
}

void explain_aggregator(Config& config, const Aggregator& aggregator,
                        std::vector<std::string>& lines) {
  std::vector<std::string> findings;
  std::set<std::string> with_rules;
  for (const Rule* rule : rules_seen_by(config, aggregator)) {
    with_rules.insert(rule->place.account);
    for (const auto& [resource, finding] : rule->findings)
      if (finding.compliance == "NON_COMPLIANT")
        findings.push_back(standing(config, *rule, resource, finding));
  }
  add_counted(lines, std::move(findings), "findings stand");
  std::vector<std::string> bare;
  for (const std::string& account : member_accounts(config, aggregator))
    if (!with_rules.contains(account))
      bare.push_back(fmt::format("no rule stands in account {}: nothing is found there", account));
  add_counted(lines, std::move(bare), "accounts have no rule");
}

void explain_rule(Config& config, const Rule& rule, std::vector<std::string>& lines) {
  if (rule.managed == nullptr) {
    lines.push_back("it evaluates nothing by itself here: scenarios and calls say what is found");
    return;
  }
  const Recorder* recorder = config.recording(rule.place, rule.managed->type);
  if (recorder == nullptr)
    lines.push_back(fmt::format("changes of {} are not recorded in account {}", rule.managed->type,
                                rule.place.account));
  else if (recording_frequency(*recorder, rule.managed->type) == "DAILY")
    lines.push_back(fmt::format("changes of {} are recorded once a day", rule.managed->type));
}

}  // namespace

std::vector<std::string> explain(Model& model, std::string_view subject) {
  Config& config = static_cast<Config&>(model);
  const Resource* named = config.cloud.resources().find_named(subject);
  const std::string id = named == nullptr ? std::string{subject} : named->physical_id;
  std::vector<std::string> lines;
  for (const auto& [key, aggregator] : config.aggregators)
    if (key.second == id) explain_aggregator(config, aggregator, lines);
  for (auto& [key, rule] : config.rules) {
    if (rule.name == id) explain_rule(config, rule, lines);
    const auto finding = rule.findings.find(id);
    if (finding == rule.findings.end() || finding->second.compliance != "NON_COMPLIANT") continue;
    lines.push_back(standing(config, rule, id, finding->second));
    explain_remedy(rule, id, lines);
  }
  return lines;
}

}  // namespace opsim::config
