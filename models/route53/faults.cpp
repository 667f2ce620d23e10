// What a timeline can break at a health check: what its checkers get, whoever else is served.
#include "models/route53/operations.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

constexpr Shape kFaultTarget{.kind = Kind::text, .min = 1};
constexpr Shape kFaultAnswer{.kind = Kind::text, .min = 1, .example = "503"};
constexpr Field kFailFields[] = {
    {.name = "with",
     .shape = &kFaultAnswer,
     .doc = "What checkers then get: an HTTP status, refused, or timeout (timeout)."},
    {.name = "on", .shape = &kFaultTarget, .need = Need::required, .doc = "A health check."},
    {.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."},
};
constexpr Shape kFail{.kind = Kind::mapping,
                      .doc = "The checkers of a health check get no good answer; users may.",
                      .fields = kFailFields};

int answer_in_words(const std::string& text) {
  if (text == "refused") return 0;
  return static_cast<int>(input::integer(Json(text)).value_or(-1));
}

void begin_failing(Model& model, const FaultRequest& request) {
  Route53& dns = static_cast<Route53&>(model);
  const auto with = request.arguments.find("with");
  const int answer = with ? answer_in_words(std::string{with->spelling()}) : -1;
  const std::optional<Duration> lasts = fault_lasts(request);
  for (const std::string& target : request.targets) {
    HealthCheck* check = dns.find_check(target);
    if (check == nullptr || check->config.kind != CheckKind::endpoint) {
      dns.cloud.journal().write({.kind = EntryKind::note,
                                 .level = Level::story,
                                 .subject = std::string{dns.cloud.resources().name_of(target)},
                                 .text = "is no health check of an endpoint: nobody asks it",
                                 .source = request.source});
      continue;
    }
    dns.cloud.change_quantity(target, "answer",
                              {opsim::Change::How::to, static_cast<double>(answer)});
    if (!lasts) continue;
    dns.sim().after(*lasts, [&dns, target] {
      dns.cloud.change_quantity(target, "answer", {opsim::Change::How::to, 200});
    });
  }
}

constexpr Fault kFaultRows[] = {{"fail health check", &kFail, begin_failing}};

}  // namespace

const std::span<const Fault> kFaults = kFaultRows;

}  // namespace opsim::route53
