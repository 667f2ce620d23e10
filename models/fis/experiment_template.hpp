#pragma once
/// An experiment template, as CreateExperimentTemplate and AWS::FIS::ExperimentTemplate write it.
///
/// AWS: FIS API Reference, CreateExperimentTemplate; User Guide, "Actions", "Targets", "Stop
/// conditions", "Experiment options".
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::fis {

struct ActionRow;
struct TargetRow;

using Texts = std::map<std::string, std::string>;

struct TargetFilter {
  std::string path;  // "State.Name", as in the answer of the describe call
  std::vector<std::string> values;
};

/// "ALL", "COUNT(2)", "PERCENT(50)".
struct Selection {
  enum class How : std::uint8_t { all, count, percent } how = How::all;
  std::int64_t number = 0;
};
[[nodiscard]] std::optional<Selection> parse_selection(std::string_view text);
/// How many of `found` are chosen. "PERCENT: rounded down"; COUNT takes what there is.
[[nodiscard]] std::size_t chosen(const Selection& selection, std::size_t found);

struct TargetSpec {
  const TargetRow* row = nullptr;
  std::vector<std::string> arns;
  Texts tags;
  std::vector<TargetFilter> filters;
  std::string selection_text;
  Selection selection;
  Texts parameters;
};

struct ActionSpec {
  const ActionRow* row = nullptr;
  std::string description;
  Texts parameters;                  // as given; defaults are the row's
  Texts targets;                     // "Instances" to the name of a target
  std::vector<std::string> after;    // startAfter
  std::optional<Duration> duration;  // of its parameter `duration`

  /// The parameter as given, or its default, or "".
  [[nodiscard]] std::string parameter(std::string_view name) const;
};

struct TemplateSpec {
  std::string description;
  std::string role;
  std::map<std::string, TargetSpec> targets;
  std::map<std::string, ActionSpec> actions;
  std::vector<std::string> stop_alarms;  // ARNs; none for {"source": "none"}
  bool skips_empty = false;              // emptyTargetResolutionMode
  bool multi_account = false;            // accountTargeting
  Texts tags;
  Json log_configuration;
  Json report_configuration;
};

struct TargetAccount {
  std::string account;
  std::string role;
  std::string description;
};

struct ExperimentTemplate {
  std::string id;  // "EXT00000001"
  std::string arn;
  Place place;
  TemplateSpec spec;
  SimTime created{};
  SimTime updated{};
  std::map<std::string, TargetAccount> accounts;  // target account configurations
  std::string source;                             // file:line, of a template's
};

/// Reads and checks members in either spelling. The error is FIS's own; where several things are
/// wrong, its message tells all of them.
[[nodiscard]] ApiResult<TemplateSpec> read_template(const Json& members);

/// The actions of a knot of startAfter, from one back to it; empty where there is none.
[[nodiscard]] std::vector<std::string> start_after_cycle(
    const std::map<std::string, ActionSpec>& actions);

/// "PT1H30M": days, hours, minutes and seconds of ISO 8601.
[[nodiscard]] std::optional<Duration> parse_iso_duration(std::string_view text);

}  // namespace opsim::fis
