// What a timeline can break at a target group.
#include "models/elb/operations.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

constexpr Shape kFaultTarget{.kind = Kind::text, .min = 1};
constexpr Shape kFaultAnswer{.kind = Kind::text, .min = 1, .example = "503"};
constexpr Field kFailFields[] = {
    {.name = "with",
     .shape = &kFaultAnswer,
     .doc = "What every target then answers: an HTTP status, refused, or timeout (500)."},
    {.name = "on", .shape = &kFaultTarget, .need = Need::required, .doc = "A target group."},
    {.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."},
};
constexpr Shape kFail{.kind = Kind::mapping,
                      .doc = "The targets of a group answer requests with an error.",
                      .fields = kFailFields};

double answer_in_words(const std::string& text) {
  if (text == "refused") return 0;
  if (text == "timeout") return -1;
  return static_cast<double>(input::integer(Json(text)).value_or(500));
}

void begin_failing(Model& model, const FaultRequest& request) {
  Elb& elb = static_cast<Elb&>(model);
  const auto with = request.arguments.find("with");
  const double answer = with ? answer_in_words(std::string{with->spelling()}) : 500;
  const std::optional<Duration> lasts = fault_lasts(request);
  for (const std::string& target : request.targets) {
    if (elb.find_target_group(target) == nullptr) {
      elb.cloud.journal().write({.kind = EntryKind::note,
                                 .level = Level::story,
                                 .subject = std::string{elb.cloud.resources().name_of(target)},
                                 .text = "is no target group: its health checks cannot fail",
                                 .source = request.source});
      continue;
    }
    elb.cloud.change_quantity(target, "answer", {Change::How::to, answer});
    if (!lasts) continue;
    elb.sim().after(*lasts, [&elb, target] {
      elb.cloud.change_quantity(target, "answer", {Change::How::to, 200});
    });
  }
}

constexpr Fault kFaultRows[] = {{"fail target group", &kFail, begin_failing}};

}  // namespace

const std::span<const Fault> kFaults = kFaultRows;

}  // namespace opsim::elb
