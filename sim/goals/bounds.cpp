#include "sim/goals/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "opsim/cloud/cloud.hpp"
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

std::string say_count(double count) { return fmt::format("{:.12g}", count); }

std::optional<double> read_share(std::string_view text) {
  const auto percent = parse_percent(text);
  if (!percent) return std::nullopt;
  return *percent / 100;
}

/// As many digits as the number has, four at most: 95 %, 99.95 %. What is less than all is never
/// said to be 100 %.
std::string say_share(double share) {
  std::string text;
  for (int digits = 4; digits <= 10; ++digits) {
    const double scale = std::pow(10, digits);
    text = fmt::format("{:.13g} %", std::round(share * 100 * scale) / scale);
    if (share >= 1 || text != "100 %") break;
  }
  return text;
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

std::string complaint_of_bounds(const Node& settings, const Measure& measure) {
  const Bounds bounds = read_bounds(settings, measure);
  if (!bounds.at_most && !bounds.at_least)
    return settings.contains("at most") || settings.contains("at least")
               ? ""  // written, but not as it should be: the shape says so
               : "says nothing; expected `at most` or `at least`";
  if (bounds.at_most && bounds.at_least && *bounds.at_most < *bounds.at_least)
    return fmt::format("nothing is {}", wanted_text(bounds, measure));
  return "";
}

std::size_t percentile_rank(std::size_t count, double p) {
  // 0.999 * 1000 is a little more than 999: it must not count as the next rank.
  const auto rank =
      static_cast<std::size_t>(std::ceil(p * static_cast<double>(count) * (1 - 1e-12)));
  return std::clamp<std::size_t>(rank, 1, count) - 1;
}

double percentile_of(const Node& settings) {
  const std::optional<Node> written = settings.find("percentile");
  if (!written) return 1;
  std::string_view text = written->spelling();
  if (text.starts_with('p')) text.remove_prefix(1);
  return read_count(text).value_or(100) / 100;
}

Verdict verdict_on_spans(std::vector<Span> spans, const Goal& goal, std::string name,
                         std::string_view nothing, std::string_view never) {
  const Bounds bounds = read_bounds(goal.settings, kSeconds);
  if (spans.empty())
    return {.met = true,
            .name = std::move(name),
            .wanted = wanted_text(bounds, kSeconds),
            .observed = std::string{nothing},
            .source = goal.source};
  std::ranges::stable_sort(spans, {}, [](const Span& span) {
    return std::pair{!span.ended, span.seconds};
  });
  const Span& judged = spans[percentile_rank(spans.size(), percentile_of(goal.settings))];
  Verdict verdict = verdict_on(judged.seconds, goal, kSeconds, std::move(name));
  if (!judged.ended) {
    // It lasts longer than what was seen of it: that can only prove that it was long enough.
    verdict.met = !bounds.at_most && verdict.met;
    verdict.observed = fmt::format("{} after {}", never, kSeconds.say(judged.seconds));
  }
  if (verdict.met) return verdict;
  for (const Span& span : spans)
    if (!span.ended || !bounds.hold(span.seconds)) verdict.because.push_back(span.name);
  return verdict;
}

Verdict verdict_on(double value, const Goal& goal, const Measure& measure, std::string name) {
  const Bounds bounds = read_bounds(goal.settings, measure);
  return {.met = bounds.hold(value),
          .name = std::move(name),
          .wanted = wanted_text(bounds, measure),
          .observed = measure.say(value),
          .source = goal.source,
          .value = value,
          .say = measure.say,
          .more_is_better = bounds.at_least && !bounds.at_most};
}

namespace {

/// `after: cut off zone`: what began it says so.
bool is_after(const Node& settings, const Incident& incident, const Evidence& evidence) {
  const std::optional<Node> words = settings.find("after");
  if (!words) return true;
  if (incident.fault == CauseId::none) return false;
  const JournalEntry* fault = evidence.journal.find(incident.fault);
  return fault != nullptr && fault->text.find(words->spelling()) != std::string::npos;
}

}  // namespace

std::vector<const Incident*> incidents_of(const Node& settings, const Evidence& evidence) {
  const std::optional<Node> of = settings.find("of");
  std::vector<const Incident*> found;
  for (const Incident& incident : evidence.incidents) {
    const bool meant = !of || incident.of == of->spelling() ||
                       std::ranges::find(incident.parts, of->spelling()) != incident.parts.end();
    if (meant && is_after(settings, incident, evidence)) found.push_back(&incident);
  }
  return found;
}

std::string setting_text(const Goal& goal, std::string_view key) {
  return std::string{goal.settings.find(key).value_or(Node{}).spelling()};
}

Subject::Subject(std::string_view written, const Evidence& evidence)
    : named{written}, physical{written} {
  const Resource* resource = evidence.cloud.resources().find_named(written);
  if (resource != nullptr) physical = resource->physical_id;
}

std::string name_with_of(std::string_view goal, const Node& settings) {
  const std::optional<Node> of = settings.find("of");
  return of ? fmt::format("{} of {}", goal, of->spelling()) : std::string{goal};
}

}  // namespace opsim
