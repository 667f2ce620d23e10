// The section `front ends:` and the fault `break step`.
#include <fmt/format.h>

#include <algorithm>

#include "models/front_end/front_end.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::front_end {

namespace {

constexpr Shape kWord{.kind = Kind::text, .min = 1};
constexpr Shape kPart{.kind = Kind::percent, .min = 0, .max = 100, .example = "1 %"};
constexpr Shape kCount{.kind = Kind::number, .min = 0.01, .max = 1e6, .example = "12"};
constexpr Shape kHow{.kind = Kind::distribution, .example = "lognormal(p50 900ms, p99 4s)"};

constexpr Field kStepFields[] = {
    {.name = "calls", .shape = &kWord, .doc = "The component of the workload that answers it."},
    {.name = "takes",
     .shape = &kHow,
     .doc = "Until it is done in the browser. Default: lognormal(p50 900ms, p99 4s)."},
};
constexpr Shape kStep{.kind = Kind::mapping, .fields = kStepFields};
constexpr Shape kSteps{.kind = Kind::table, .of = &kStep, .min = 1, .max = 100};

constexpr Field kFrontFields[] = {
    {.name = "domain",
     .shape = &kWord,
     .need = Need::required,
     .doc = "As app monitors and the scripts of canaries name it: shop.example.com."},
    {.name = "objective",
     .shape = &kPart,
     .doc = "It is down while more of the sessions break. Default: 1 %."},
    {.name = "requests each",
     .shape = &kCount,
     .doc = "Requests that a session makes of that component. Default: 10."},
    {.name = "sessions of",
     .shape = &kWord,
     .need = Need::required,
     .doc = "The component of the workload whose users they are."},
    {.name = "steps",
     .shape = &kSteps,
     .need = Need::required,
     .doc = "What a session does, in this order, named as the steps of canaries are."},
    {.name = "stray errors",
     .shape = &kPart,
     .doc = "Sessions whose browser reports an error that harms nobody. Default: 0 %."},
};
constexpr Shape kFront{.kind = Kind::mapping, .name = "front end", .fields = kFrontFields};

constexpr Field kBreakFields[] = {
    {.name = "by", .shape = &kPart, .doc = "The share of the sessions that it hits (100 %)."},
    {.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."},
    {.name = "named", .shape = &kWord, .need = Need::required, .doc = "The step."},
    {.name = "on", .shape = &kWord, .need = Need::required, .doc = "The front end."},
};

std::string spelt(const Node& node, std::string_view key, std::string_view otherwise = {}) {
  const std::optional<Node> found = node.find(key);
  return std::string{found ? found->spelling() : otherwise};
}

double share_at(const Node& node, std::string_view key, double otherwise) {
  return parse_percent(spelt(node, key)).value_or(otherwise) / 100;
}

/// An estimate: a page of a shop, with its scripts and pictures.
constexpr std::string_view kUsualStep = "lognormal(p50 900ms, p99 4s)";

FrontEnd read_front_end(std::string_view name, const Node& text) {
  FrontEnd front;
  front.name = name;
  front.domain = spelt(text, "domain");
  front.source = text.source();
  front.users_of = spelt(text, "sessions of");
  if (const auto each = text.find("requests each"))
    front.requests_each = each->as_number().value_or(front.requests_each);
  front.stray = share_at(text, "stray errors", 0);
  front.objective = share_at(text, "objective", 1);
  for (const auto& [step, how, at] : text.find("steps")->entries())
    front.steps.push_back(
        {.name = std::string{step},
         .calls = spelt(how, "calls"),
         .takes =
             Distribution::parse(spelt(how, "takes", kUsualStep)).value.value_or(Distribution{})});
  return front;
}

}  // namespace

constexpr Shape kFrontEndsShape{
    .kind = Kind::table,
    .doc = "What runs in the browsers of users: sessions that go through steps.",
    .of = &kFront};
constexpr Shape kBreakShape{
    .kind = Kind::mapping,
    .doc = "A step breaks in the browser of a share of the sessions; every server answers 200.",
    .fields = kBreakFields};

void read_front_ends(FrontEnds& ends, const Node& section) {
  for (const auto& [name, text, at] : section.entries()) {
    ends.cloud.resources().add({.logical_id = std::string{name},
                                .type = "FrontEnd::Application",
                                .physical_id = std::string{name},
                                .place = ends.cloud.home(),
                                .source = text.source()});
    ends.all.insert_or_assign(std::string{name}, read_front_end(name, text));
  }
}

void begin_break(Model& model, const FaultRequest& request) {
  auto& ends = static_cast<FrontEnds&>(model);
  FrontEnd* const front = ends.find(fault_text(request, "on"));
  const std::string step = fault_text(request, "named");
  if (front == nullptr ||
      std::ranges::find(front->steps, step, &Step::name) == front->steps.end()) {
    ends.cloud.journal().write({.kind = EntryKind::note,
                                .level = Level::story,
                                .subject = fault_text(request, "on"),
                                .text = fmt::format("has no step {}: nothing was broken", step),
                                .source = request.source});
    return;
  }
  Trouble trouble{.step = step, .share = share_at(request.arguments, "by", 100)};
  ends.break_step(*front, std::move(trouble), fault_lasts(request));
}

}  // namespace opsim::front_end
