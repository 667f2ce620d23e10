// What a run cost, and how many instances stood at its peak: asked of whatever model keeps prices.
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "opsim/cloud/cloud.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

/// "9.50 USD".
std::optional<double> read_dollars(std::string_view text) {
  constexpr std::string_view kUnit = "USD";
  if (!text.ends_with(kUnit)) return std::nullopt;
  text.remove_suffix(kUnit.size());
  while (text.ends_with(' ')) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}
std::string say_dollars(double dollars) { return fmt::format("{:.2f} USD", dollars); }

constexpr Shape kDollarText{.kind = Kind::text, .example = "9.50 USD"};
constexpr Field kCostFields[] = {
    {.name = "at most", .shape = &kDollarText, .doc = "US dollars, of all instances in the run."},
    {.name = "at least", .shape = &kDollarText, .doc = "To prove that a design costs."},
};
constexpr Field kPeakFields[] = {
    {.name = "at most", .shape = &kNumber, .doc = "Instances that run at one time."},
    {.name = "at least", .shape = &kNumber},
};

Json costs_of(const Evidence& evidence) {
  const auto answer =
      evidence.cloud.inspect(evidence.cloud.home(), "costs", "InspectCosts", Json::object());
  return answer ? *answer : Json::object();
}

}  // namespace

const Measure kDollars{read_dollars, say_dollars};

const Shape kCostShape{.kind = Kind::mapping,
                       .doc = "What the instances of the run cost, On-Demand.",
                       .fields = kCostFields};
const Shape kPeakShape{.kind = Kind::mapping,
                       .doc = "How many instances ran at the same time.",
                       .fields = kPeakFields};

std::string complain_of_cost(const Node& settings) {
  for (const char* key : {"at most", "at least"})
    if (const auto written = settings.find(key); written && !read_dollars(written->spelling()))
      return fmt::format("{} {} is no sum; write for example 9.50 USD", key, written->describe());
  return complaint_of_bounds(settings, kDollars);
}

Verdict judge_cost(const Goal& goal, const Evidence& evidence) {
  const Json costs = costs_of(evidence);
  Verdict verdict = verdict_on(costs.value("Cost", 0.0), goal, kDollars, "cost");
  if (const auto unpriced = costs.find("Unpriced"); unpriced != costs.end() && !unpriced->empty())
    verdict.observed += fmt::format(" (no price of {})",
                                    fmt::join(unpriced->get<std::vector<std::string>>(), ", "));
  return verdict;
}

Verdict judge_peak(const Goal& goal, const Evidence& evidence) {
  return verdict_on(costs_of(evidence).value("Peak", 0.0), goal, kCount, "peak instances");
}

}  // namespace opsim
