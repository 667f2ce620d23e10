// The table by which features join the world.
#include "models/features/service.hpp"

#include <cmath>

#include "models/features/features.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim {

namespace {

using features::Feature;
using features::Features;

/// The agent polls every 45 seconds by default: nine looks.
constexpr std::size_t kPollLooks = 9;

constexpr Shape kName{.kind = Kind::text, .min = 1};
constexpr Shape kOften{.kind = Kind::rate, .example = "6/d"};
constexpr Shape kPart{.kind = Kind::percent, .min = 0, .max = 100, .example = "5 %"};
constexpr Field kFlagFields[] = {
    {.name = "application", .shape = &kName, .need = Need::required},
    {.name = "environment", .shape = &kName, .need = Need::required},
    {.name = "key", .shape = &kName, .need = Need::required, .doc = "The flag's key."},
    {.name = "profile", .shape = &kName, .need = Need::required},
};
constexpr Shape kFlag{.kind = Kind::mapping, .doc = "A flag of AppConfig.", .fields = kFlagFields};
constexpr Field kRecordFields[] = {
    {.name = "answer",
     .shape = &kName,
     .need = Need::required,
     .doc = "The SetIdentifier of those who see it."},
    {.name = "name", .shape = &kName, .need = Need::required},
};
constexpr Shape kRecord{.kind = Kind::mapping,
                        .doc = "A name that some clients resolve otherwise.",
                        .fields = kRecordFields};
constexpr Field kVersionFields[] = {
    {.name = "for", .shape = &kPart, .doc = "The users for whom the code has it on. Default: all."},
    {.name = "named", .shape = &kName, .need = Need::required, .doc = "The revision that has it."},
    {.name = "of", .shape = &kName, .need = Need::required, .doc = "The group that runs it."},
};
constexpr Shape kVersion{
    .kind = Kind::mapping, .doc = "A version that has it on.", .fields = kVersionFields};
constexpr Field kFeatureFields[] = {
    {.name = "flag", .shape = &kFlag},
    {.name = "record", .shape = &kRecord},
    {.name = "turned off by",
     .shape = &kName,
     .doc = "The runbook that somebody starts to turn it off: from then on `off-after` counts."},
    {.name = "version", .shape = &kVersion},
    {.name = "visits", .shape = &kOften, .need = Need::required, .doc = "Of one user."},
};
constexpr Shape kFeature{.kind = Kind::mapping, .name = "feature", .fields = kFeatureFields};
constexpr Shape kFeaturesShape{
    .kind = Kind::table, .doc = "Features that only some users are to see.", .of = &kFeature};

Feature read_feature(std::string_view name, const Node& text) {
  Feature feature;
  feature.name = name;
  feature.source = text.source();
  if (const auto visits = text.find("visits"))
    if (const auto rate = parse_rate(visits->spelling()))
      feature.visits_a_second = rate->per_second();
  if (const auto runbook = text.find("turned off by")) feature.turned_off_by = runbook->spelling();
  if (const auto flag = text.find("flag"))
    feature.ways.push_back(
        {.settings = flag->to_json(), .look = features::look_at_flag, .lag = kPollLooks});
  if (const auto record = text.find("record"))
    feature.ways.push_back({.settings = record->to_json(), .look = features::look_at_record});
  if (const auto version = text.find("version"))
    feature.ways.push_back({.settings = version->to_json(), .look = features::look_at_version});
  return feature;
}

constexpr std::string_view kFeatureType = "Feature";

void read_section(Model& model, Cloud& cloud, const Node& section) {
  auto& all = static_cast<Features&>(model);
  for (const auto& [name, text, at] : section.entries()) {
    all.all.emplace(name, read_feature(name, text));
    cloud.resources().add({.logical_id = std::string{name},
                           .type = std::string{kFeatureType},
                           .physical_id = std::string{name},
                           .place = cloud.home(),
                           .source = text.source()});
  }
  all.looked = cloud.sim().now();
  cloud.sim().after(Duration{}, [&all] { features::watch(all); });
}

const Feature* feature_named(Model& model, std::string_view name) {
  const auto& all = static_cast<Features&>(model).all;
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

/// To a hundredth: more would be noise to a reader.
double rounded(double value) { return std::round(value * 100) / 100; }

std::optional<double> read_exposed(Model& model, std::string_view name, std::string_view) {
  const Feature* feature = feature_named(model, name);
  return feature == nullptr ? std::nullopt
                            : std::optional{rounded(100 * features::exposed(*feature))};
}
std::optional<double> read_share(Model& model, std::string_view name, std::string_view) {
  const Feature* feature = feature_named(model, name);
  return feature == nullptr ? std::nullopt : std::optional{rounded(100 * feature->share)};
}
/// What was never turned off has been waited for until now.
std::optional<double> read_off_after(Model& model, std::string_view name, std::string_view) {
  const Feature* feature = feature_named(model, name);
  if (feature == nullptr || !feature->asked_off) return std::nullopt;
  const SimTime end = feature->off.value_or(static_cast<Features&>(model).cloud.sim().now());
  return rounded(std::chrono::duration<double>(end - *feature->asked_off).count());
}

void call_ended(Model& model, const CallRecord& call) {
  auto& all = static_cast<Features&>(model);
  if (all.all.empty() || call.read_only) return;
  features::something_changed(all);
  if (call.operation == "StartAutomationExecution")
    features::runbook_started(all, input::text(call.input, "DocumentName"));
}

constexpr PhysicalQuantity kQuantities[] = {
    {kFeatureType, "exposed", "%", read_exposed, nullptr},
    {kFeatureType, "off-after", "s", read_off_after, nullptr},
    {kFeatureType, "share", "%", read_share, nullptr},
};
const Section kSections[] = {{"features", &kFeaturesShape, read_section}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "users who see a feature by flag, by record or by version"},
    {Grade::simplified,
     "looked at every five seconds for half an hour after a call, else every five minutes"},
    {Grade::absent, "targeting by anything but a share of users; sessions that stick"},
};

}  // namespace

extern const Service kFeatures{
    .name = "features",
    .title = "Features",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Features>(cloud);
    },
    .quantities = kQuantities,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_call = call_ended,
};

}  // namespace opsim
