// Reading `physics:` of documents and their steps.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "models/ssm/script_physics.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::ssm {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 40s, p99 3min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kCondition{.kind = Kind::text, .example = "when disk is below 80 %"};
constexpr const Shape* kSuccesses[] = {&kShare, &kCondition};
constexpr Shape kSucceeds{.kind = Kind::either, .choices = kSuccesses};
constexpr Shape kWord{.kind = Kind::text};
constexpr Shape kOneChange{.kind = Kind::any, .example = "to 30 %"};
constexpr Shape kChanges{.kind = Kind::table, .of = &kOneChange};
constexpr Shape kPayload{.kind = Kind::any};
constexpr Shape kExitCode{.kind = Kind::integer, .min = 0, .max = 255};
constexpr Shape kNames{.kind = Kind::one_or_list, .of = &kWord};

constexpr Field kPhysicsFields[] = {
    {.name = "takes", .shape = &kTakes, .doc = "How long it runs."},
    {.name = "succeeds",
     .shape = &kSucceeds,
     .doc = "How often it works: `97 %`; or when: `when disk is below 80 %`, read from the target "
            "at its end."},
    {.name = "changes",
     .shape = &kChanges,
     .doc = "What it does to each target when it succeeds: `disk: -40 %`, `disk: to 30 %`, "
            "`disk: to uniform(20 %, 40 %)`."},
    {.name = "on",
     .shape = &kNames,
     .doc = "What `changes` and `succeeds` are about, where the step names no target of its own."},
    {.name = "output", .shape = &kWord, .doc = "What it prints."},
    {.name = "payload",
     .shape = &kPayload,
     .doc = "What a script, a function or an API call that is not simulated answers."},
    {.name = "fails with", .shape = &kWord, .doc = "What is told when it fails."},
    {.name = "hangs", .shape = &kShare, .doc = "How often it never ends."},
    {.name = "exit code", .shape = &kExitCode, .doc = "Of a failure; 1 where it is absent."},
};

struct PhysicsReader {
  std::string_view name;
  Diagnostics& diagnostics;

  void complain(const Node& at, const std::string& what) {
    diagnostics.add(at.complaint(fmt::format("physics of {}: {}", name, what)));
  }
  Distribution distribution(const Node& at, std::string_view text);
  double share(const Node& node, double otherwise);
  QuantityChange change(const Node& node, std::string_view quantity);
  std::optional<QuantityCondition> condition(const Node& node, std::string_view text);
};

Distribution PhysicsReader::distribution(const Node& at, std::string_view text) {
  ParsedDistribution parsed = Distribution::parse(text);
  if (parsed) return *parsed;
  complain(at, parsed.error);
  return {};
}

double PhysicsReader::share(const Node& node, double otherwise) {
  const std::optional<double> percent = parse_percent(node.spelling());
  if (percent && *percent >= 0 && *percent <= 100) return *percent / 100;
  complain(node, fmt::format("{}; expected a share such as 97 %", node.describe()));
  return otherwise;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

/// "to 30 %", "by -5", "-40 %", "+1", "to uniform(20 %, 40 %)".
QuantityChange PhysicsReader::change(const Node& node, std::string_view quantity) {
  QuantityChange made;
  made.quantity = quantity;
  const std::string spelt{node.spelling()};
  std::string_view text{spelt};
  if (take(text, "to ")) {
    made.how = Change::How::to;
  } else {
    const bool by = take(text, "by ");
    const bool less = take(text, "-");
    const bool more = !less && take(text, "+");
    if (less) made.sign = -1;
    if (!by && !less && !more)
      complain(node, fmt::format("{} of {}; write `to 30 %`, `-40 %` or `+10 %`", node.describe(),
                                 quantity));
  }
  made.amount = distribution(node, text);
  return made;
}

/// "when disk is below 80 %"
std::optional<QuantityCondition> PhysicsReader::condition(const Node& node, std::string_view text) {
  constexpr std::string_view comparisons[] = {"below", "above", "at least", "at most"};
  const auto wrong = [&] {
    complain(node, fmt::format("{}; expected a share such as 97 %, or a condition such as `when "
                               "disk is below 80 %`",
                               node.describe()));
    return std::nullopt;
  };
  if (!take(text, "when ")) return wrong();
  QuantityCondition made;
  made.text = text;
  const auto is = text.find(" is ");
  if (is == std::string_view::npos) return wrong();
  made.quantity = text.substr(0, is);
  text.remove_prefix(is + 4);
  const auto found = std::ranges::find_if(
      comparisons, [&](std::string_view word) { return text.starts_with(word); });
  if (found == std::end(comparisons)) return wrong();
  made.comparison = *found;
  take(text, *found);
  const std::optional<Quantity> limit = parse_quantity(text);
  if (!limit) return wrong();
  made.limit = limit->value;
  return made;
}

}  // namespace

extern constexpr Shape kScriptShape{
    .kind = Kind::mapping,
    .name = "script",
    .doc = "What a runbook's step, a script or a Command document does when it runs.",
    .fields = kPhysicsFields};

ScriptPhysics read_script_physics(std::string_view name, const Node& values, Simulation& sim,
                                  Diagnostics& diagnostics) {
  ScriptPhysics made{.name = std::string{name},
                     .takes = {},
                     .success_when = {},
                     .changes = {},
                     .on = {},
                     .output = {},
                     .payload = {},
                     .failure = {},
                     .luck = Stream{sim.seed(), fmt::format("ssm.physics.{}", name)}};
  PhysicsReader reader{name, diagnostics};
  for (const auto& [key, value, at] : values.entries()) {
    if (key == "takes") made.takes = reader.distribution(value, value.spelling());
    if (key == "hangs") made.hang_share = reader.share(value, 0);
    if (key == "output") made.output = value.as_text().value_or("");
    if (key == "payload") made.payload = value.to_json();
    if (key == "fails with") made.failure = value.as_text().value_or("");
    if (key == "exit code") made.exit_code = static_cast<int>(value.as_integer().value_or(1));
    if (key == "changes")
      for (const Entry& entry : value.entries())
        made.changes.push_back(reader.change(entry.value, entry.key));
    if (key == "on") {
      if (const auto one = value.as_text()) made.on.push_back(*one);
      for (const Node& item : value.items()) made.on.push_back(item.as_text().value_or(""));
    }
    if (key == "succeeds") {
      const std::string_view text = value.spelling();
      if (text.starts_with("when ")) {
        made.success_when = reader.condition(value, text);
      } else {
        made.success_share = reader.share(value, 1);
      }
    }
  }
  return made;
}

}  // namespace opsim::ssm
