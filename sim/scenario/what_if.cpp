#include "opsim/scenario/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/ensure.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/sentence.hpp"

namespace opsim {

namespace {

constexpr std::string_view kLasting = "10min";  // of what ends by itself

/// What a shape's documentation shows; nothing where it shows none.
std::string_view example_of(const Shape* shape) {
  if (shape == nullptr) return "";
  if (!shape->example.empty()) return shape->example;
  if (!shape->allowed.empty()) return shape->allowed.front();
  for (const Shape* choice : shape->choices)
    if (const std::string_view example = example_of(choice); !example.empty()) return example;
  return "";
}

bool has(const Fault& fault, std::string_view name) {
  return std::ranges::find(fault.shape->fields, name, &Field::name) != fault.shape->fields.end();
}

/// The fault with the settings that it needs, but for whom it hits; "" where no example is known.
std::string begun(const Fault& fault) {
  std::string text{fault.name};
  for (const Field& field : fault.shape->fields) {
    if (field.name == "on" || field.name == "hitting") continue;
    if (field.name == "for") {
      text += fmt::format(" for {}", kLasting);
    } else if (field.need == Need::required) {
      const std::string_view example = example_of(field.shape);
      if (example.empty()) return "";
      text += fmt::format(" {} {}", field.name, example);
    }
  }
  return text;
}

bool is_sound(const std::string& text, Catalog catalog) {
  Diagnostics diagnostics;
  const Document written = document_of("", Json(text));
  (void)read_sentence(written.root, catalog, diagnostics);
  return diagnostics.count() == 0;
}

}  // namespace

std::vector<std::string> possible_faults(const Scenario& scenario, Catalog catalog) {
  std::vector<std::string> sentences;
  const auto add = [&](const std::string& text) {
    if (is_sound(text, catalog)) sentences.push_back(text);
  };
  const std::map<std::string, std::string> ids = logical_ids(scenario);
  for (const KnownFault& known : known_faults(catalog)) {
    const std::string text = begun(*known.fault);
    if (text.empty()) continue;
    if (!has(*known.fault, "on")) {
      add(text);
      continue;
    }
    for (const auto& [id, type] : ids) {
      add(fmt::format("{} on {}", text, id));
      if (has(*known.fault, "hitting")) add(fmt::format("{} on {} hitting one", text, id));
    }
  }
  return sentences;
}

Scenario with_fault_alone(const Scenario& scenario, Catalog catalog, Duration at,
                          std::string_view sentence) {
  Scenario changed = scenario;
  std::erase_if(changed.timeline,
                [](const TimelineEntry& entry) { return entry.fault != nullptr; });
  Diagnostics diagnostics;
  ScenarioReading reading{catalog, "", changed, diagnostics};
  const std::string seconds =
      fmt::format("{}s", std::chrono::round<std::chrono::seconds>(at).count());
  const Json line{{"at", seconds}, {"do", sentence}};
  read_timeline(reading, document_of("--instead", Json::array({line})).root);
  ensure(diagnostics.count() == 0, "a possible fault can be read");
  return changed;
}

}  // namespace opsim
