#include "models/front_end/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/front_end/front_end.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using front_end::FrontEnd;
using front_end::FrontEnds;

constexpr std::string_view kFrontType = "FrontEnd::Application";

// ---- InspectFrontEnds: no operation of AWS. What browsers meet, for canaries and monitors
// --------

Json steps_json(const FrontEnd& front) {
  Json steps = Json::array();
  for (const front_end::Step& step : front.steps)
    steps.push_back({{"Name", step.name},
                     {"Calls", step.calls},
                     {"Takes", step.takes.text()},
                     {"Breaks", front_end::breaks_at(front, step.name)}});
  return steps;
}

ApiResult<Json> inspect_front_ends(FrontEnds& ends, const Request& request) {
  const std::string domain = input::text(request.input, "Domain");
  Json found = Json::array();
  for (auto& [name, front] : ends.all) {
    if (!domain.empty() && front.domain != domain) continue;
    ends.count(front);
    found.push_back({{"Name", name},
                     {"Domain", front.domain},
                     {"Sessions", front.sessions},
                     {"Broken", front.broken},
                     {"Stray", front.stray},
                     {"Cause", static_cast<std::uint64_t>(front.cause)},
                     {"Steps", steps_json(front)}});
  }
  return Json{{"FrontEnds", std::move(found)}};
}

constexpr Operation kOperations[] = {
    {"InspectFrontEnds", Access::read, immediate<FrontEnds, inspect_front_ends>}};

// ---- Quantities: what people read and put right ---------------------------------------------

std::optional<double> read_troubles(Model& model, std::string_view name,
                                    std::string_view /*part*/) {
  const FrontEnd* front = static_cast<FrontEnds&>(model).find(name);
  return front == nullptr ? std::nullopt
                          : std::optional{static_cast<double>(front->troubles.size())};
}
void change_troubles(Model& model, std::string_view name, std::string_view /*part*/,
                     Change change) {
  auto& ends = static_cast<FrontEnds&>(model);
  FrontEnd* const front = ends.find(name);
  if (front != nullptr && change.how == Change::How::to && change.value <= 0) ends.repair(*front);
}
/// In per cent of the broken sessions; changed by a number of sessions, by whoever recorded them.
std::optional<double> read_seen(Model& model, std::string_view name, std::string_view /*part*/) {
  auto& ends = static_cast<FrontEnds&>(model);
  FrontEnd* const front = ends.find(name);
  if (front == nullptr) return std::nullopt;
  ends.count(*front);
  if (front->broken <= 0) return 100;
  return std::round(std::min(1000.0, 1000 * front->seen / front->broken)) / 10;
}
void change_seen(Model& model, std::string_view name, std::string_view /*part*/, Change change) {
  FrontEnd* const front = static_cast<FrontEnds&>(model).find(name);
  if (front != nullptr && change.how == Change::How::by) front->seen += change.value;
}

constexpr PhysicalQuantity kQuantities[] = {
    {kFrontType, "broken sessions seen", "%", read_seen, change_seen},
    {kFrontType, "troubles", "", read_troubles, change_troubles},
};

void read_section(Model& model, Cloud& /*cloud*/, const Node& section) {
  front_end::read_front_ends(static_cast<FrontEnds&>(model), section);
}
const Section kSections[] = {{"front ends", &front_end::kFrontEndsShape, read_section}};
const Fault kFaults[] = {{"break step", &front_end::kBreakShape, front_end::begin_break}};

/// Why nobody noticed.
std::vector<std::string> explain(Model& model, std::string_view subject) {
  auto& ends = static_cast<FrontEnds&>(model);
  FrontEnd* const front = ends.find(subject);
  if (front == nullptr) return {};
  ends.count(*front);
  if (front->broken < 1) return {};
  return {fmt::format("{:.0f} of {:.0f} sessions broke in the browser. Their requests were never "
                      "made: no server has an error, a slow answer or a trace of them.",
                      front->broken, front->sessions),
          front->seen >= 1
              ? fmt::format("Of {:.0f} of them a browser reported an error.", front->seen)
              : "No browser reported any of them: no app monitor collects errors there."};
}

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "sessions that go through steps, and steps that break in the browser alone"},
    {Grade::simplified, "every session goes through all steps"},
    {Grade::simplified, "a step takes 900 ms (p99 4 s) where nothing else is said: an estimate"},
    {Grade::absent, "browsers, devices and countries; what slow servers do to pages"},
};

}  // namespace

extern const Service kFrontEnd{
    .name = "front_end",
    .title = "Front ends",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<FrontEnds>(cloud);
    },
    .operations = kOperations,
    .quantities = kQuantities,
    .faults = kFaults,
    .sections = kSections,
    .fidelity = kFidelity,
    .explain = explain,
};

}  // namespace opsim
