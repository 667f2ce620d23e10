#include <fmt/format.h>

#include <ranges>

#include "opsim/kernel/duration.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/sentence.hpp"

namespace opsim {

namespace {

/// The long form: `do: { surge disk growth: { to: 40 %/h, on: WebFleet } }`, already checked.
std::optional<KnownFault> fault_of(const Node& mapping, Catalog catalog) {
  for (const KnownFault& known : known_faults(catalog))
    if (mapping.contains(known.fault->name)) return known;
  return std::nullopt;
}

std::string long_form_text(const KnownFault& fault, const Node& arguments) {
  std::string text{fault.fault->name};
  for (const auto& [key, value, at] : arguments.entries())
    if (!value.spelling().empty()) text += fmt::format(" {} {}", key, value.spelling());
  return text;
}

bool read_act(ScenarioReading& reading, const Node& act, TimelineEntry& entry) {
  if (act.is_text()) {
    Sentence sentence = read_sentence(act, reading.catalog, reading.diagnostics);
    if (sentence.fault.fault == nullptr) return false;
    entry.service = sentence.fault.service;
    entry.fault = sentence.fault.fault;
    entry.arguments = sentence.arguments.root;
    entry.text = act.spelling();
    return true;
  }
  const std::optional<KnownFault> known = fault_of(act, reading.catalog);
  if (!known) return false;  // complained of by the shape
  entry.service = known->service;
  entry.fault = known->fault;
  entry.arguments = *act.find(known->fault->name);
  entry.text = long_form_text(*known, entry.arguments);
  return true;
}

bool read_call(ScenarioReading& reading, const Node& item, TimelineEntry& entry) {
  const Node call = *item.find("call");
  entry.operation = call.spelling();
  if (entry.operation.find(':') == std::string::npos) {
    reading.diagnostics.add(
        call.complaint(fmt::format("{} is no call; write service:Operation, for example "
                                   "ssm:StartAutomationExecution",
                                   opsim::quoted(entry.operation))));
    return false;
  }
  entry.arguments =
      with_files(reading, item.find("with").value_or(document_of("", Json::object()).root));
  entry.text = fmt::format("the operator calls {}", entry.operation);
  return true;
}

/// When it happens: what is no distribution at all was complained of by the shape.
Distribution read_moment(ScenarioReading& reading, const Node& at, std::string_view key) {
  const ParsedDistribution when = Distribution::parse(at.spelling());
  if (!when) return {};
  if (when->unit() != Distribution::Unit::duration)
    reading.diagnostics.add(at.complaint(
        at.is_number()
            ? fmt::format("{1}: {0} has no unit; write {0}min or {0}s", at.spelling(), key)
            : fmt::format("{} is {}; must be a duration or a distribution of durations", key,
                          at.describe())));
  return *when;
}

/// What comes after the end never happens: a goal would be met for that alone.
void check_within_run(ScenarioReading& reading, const Node& item) {
  const Node at = item.find("at").value_or(Node{});
  const std::optional<Duration> since_start = parse_duration(at.spelling());
  const Duration length = reading.scenario.duration;
  if (!since_start || length == Duration{} || *since_start <= length) return;
  reading.diagnostics.add(at.complaint(fmt::format(
      "at is {}: the run ends at {}, before it would happen", at.describe(), human(length))));
}

/// Time from one to the next: exponential, Weibull, or resampled from a trace of your own.
void read_again(ScenarioReading& reading, const Node& item, TimelineEntry& entry) {
  const std::optional<Node> again = item.find("again");
  if (!again) return;
  entry.again = read_moment(reading, *again, "again");
  if (entry.again->unit() == Distribution::Unit::duration && entry.again->mean() < 1)
    reading.diagnostics.add(again->complaint(
        fmt::format("again is {}; what happens more than once a second is a rate, not a fault",
                    again->describe())));
}

void check_target(ScenarioReading& reading, const Node& item, const TimelineEntry& entry) {
  const std::optional<Node> on = entry.arguments.find("on");
  if (!on) return;
  if (reading.names_unknown || is_resource_name(reading, on->spelling())) return;
  const std::map<std::string, std::string> ids = logical_ids(reading.scenario);
  reading.diagnostics.add(item.complaint(
      fmt::format("\"{}\": no stack has a resource {}{}", entry.text, opsim::quoted(on->spelling()),
                  did_you_mean(on->spelling(), std::views::keys(ids)))));
}

}  // namespace

void read_timeline(ScenarioReading& reading, const Node& timeline) {
  std::map<std::string, int> seen;  // how often each text stood there
  for (const TimelineEntry& entry : reading.scenario.timeline) ++seen[entry.text];
  for (const Node& item : timeline.items()) {
    TimelineEntry entry;
    entry.source = item.source();
    entry.at = read_moment(reading, item.find("at").value_or(Node{}), "at");
    check_within_run(reading, item);
    read_again(reading, item, entry);
    const std::optional<Node> act = item.find("do");
    if (act.has_value() == item.contains("call")) {
      reading.diagnostics.add(item.complaint("expected either `do:` or `call:` beside `at:`"));
      continue;
    }
    if (!(act ? read_act(reading, *act, entry) : read_call(reading, item, entry))) continue;
    check_target(reading, act.value_or(item), entry);
    entry.luck = fmt::format("timeline.{}#{}", entry.text, ++seen[entry.text]);
    reading.scenario.timeline.push_back(std::move(entry));
  }
}

}  // namespace opsim
