#include "sim/goals/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim {

namespace {

std::optional<double> read_seconds(std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) return std::nullopt;
  return std::chrono::duration<double>(*duration).count();
}

std::string say_seconds(double seconds) { return human(Duration{std::llround(seconds * 1e9)}); }

std::optional<double> read_count(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string say_count(double count) { return fmt::format("{:g}", count); }

std::optional<double> read_share(std::string_view text) {
  const auto percent = parse_percent(text);
  if (!percent) return std::nullopt;
  return *percent / 100;
}

/// As many digits as the number has: 95 %, 99.95 %, 100 %.
std::string say_share(double share) {
  const double percent = std::round(share * 100 * 1e4) / 1e4;
  return fmt::format("{:.7g} %", percent);
}

std::optional<double> bound(const Node& settings, std::string_view key, const Measure& measure) {
  const std::optional<Node> written = settings.find(key);
  return written ? measure.read(written->spelling()) : std::nullopt;
}

}  // namespace

const Measure kSeconds{read_seconds, say_seconds};
const Measure kCount{read_count, say_count};
const Measure kShare{read_share, say_share};

Bounds read_bounds(const Node& settings, const Measure& measure) {
  return {bound(settings, "at most", measure), bound(settings, "at least", measure)};
}

std::string wanted_text(const Bounds& bounds, const Measure& measure) {
  std::string text;
  if (bounds.at_least) text = fmt::format("at least {}", measure.say(*bounds.at_least));
  if (bounds.at_most)
    text += fmt::format("{}at most {}", text.empty() ? "" : " and ", measure.say(*bounds.at_most));
  return text;
}

std::optional<double> percentile(std::vector<double> values, double p) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

double percentile_of(const Node& settings) {
  const std::optional<Node> written = settings.find("percentile");
  if (!written) return 1;
  std::string_view text = written->spelling();
  if (text.starts_with('p')) text.remove_prefix(1);
  return read_count(text).value_or(100) / 100;
}

Verdict verdict_on(double value, const Goal& goal, const Measure& measure, std::string name) {
  const Bounds bounds = read_bounds(goal.settings, measure);
  return {.met = bounds.hold(value),
          .name = std::move(name),
          .wanted = wanted_text(bounds, measure),
          .observed = measure.say(value),
          .source = goal.source,
          .value = value};
}

std::vector<const Incident*> incidents_of(const Node& settings, const Evidence& evidence) {
  const std::optional<Node> of = settings.find("of");
  std::vector<const Incident*> found;
  for (const Incident& incident : evidence.incidents) {
    const bool meant = !of || incident.of == of->spelling() ||
                       std::ranges::find(incident.parts, of->spelling()) != incident.parts.end();
    if (meant) found.push_back(&incident);
  }
  return found;
}

std::string name_with_of(std::string_view goal, const Node& settings) {
  const std::optional<Node> of = settings.find("of");
  return of ? fmt::format("{} of {}", goal, of->spelling()) : std::string{goal};
}

}  // namespace opsim
