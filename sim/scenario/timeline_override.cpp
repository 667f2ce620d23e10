// Failures asked for on the command line: --also and --instead.
#include <algorithm>

#include "opsim/json.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace opsim {

namespace {

constexpr const char* kPlace = "--also";

/// Nothing after a complaint. A line by itself is a list of one.
std::optional<Json> lines_in(ScenarioReading& reading, const std::string& value) {
  try {
    Json lines = read_yaml(kPlace, value).root.to_json();
    return lines.is_array() ? lines : Json::array({lines});
  } catch (const BadInput&) {
    reading.diagnostics.add(kPlace, {0, 0}, "cannot be read as lines of a timeline");
    return std::nullopt;
  }
}

}  // namespace

void override_timeline(ScenarioReading& reading, const std::string& key, const std::string& value) {
  const std::optional<Json> lines = lines_in(reading, value);
  if (!lines) return;
  if (key == "timeline")
    std::erase_if(reading.scenario.timeline,
                  [](const TimelineEntry& entry) { return entry.fault != nullptr; });
  const Document document = document_of(kPlace, *lines);
  const ScenarioShape shape{reading.catalog};
  const auto timeline = std::ranges::find(shape.shape().fields, "timeline", &Field::name);
  const std::size_t before = reading.diagnostics.count();
  check(document.root, *timeline->shape, reading.diagnostics, {.subject = "timeline"});
  if (reading.diagnostics.count() == before) read_timeline(reading, document.root);
}

}  // namespace opsim
