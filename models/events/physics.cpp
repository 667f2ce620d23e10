// How HTTP endpoints behave, and how events get lost.
#include "models/events/physics.hpp"

#include "models/events/events.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::events {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 100ms, p99 1s)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kStatus{.kind = Kind::integer, .min = 300, .max = 599};
constexpr Field kEndpointFields[] = {
    {.name = "answers in", .shape = &kTakes, .doc = "5 s or more is a timeout."},
    {.name = "fails with", .shape = &kStatus, .doc = "The HTTP status of a failure; 500."},
    {.name = "succeeds", .shape = &kShare, .doc = "How many calls succeed; all."},
};
constexpr Shape kEndpoint{.kind = Kind::mapping, .fields = kEndpointFields};

constexpr Shape kSource{.kind = Kind::text, .example = "aws.ssm"};
constexpr Shape kDuration{.kind = Kind::duration, .example = "10min"};
constexpr Field kLossFields[] = {
    {.name = "by", .shape = &kShare, .doc = "How many get lost; all."},
    {.name = "for", .shape = &kDuration, .need = Need::required, .doc = "How long it lasts."},
    {.name = "from", .shape = &kSource, .doc = "Of this source only."},
};
constexpr Shape kLoss{.kind = Kind::mapping, .fields = kLossFields};

double share_at(const Node& values, std::string_view name) {
  const std::optional<Node> given = values.find(name);
  return given ? parse_percent(given->spelling()).value_or(100) / 100 : 1;
}

void apply_values(Endpoint& behaves, const Node& values) {
  if (const auto takes = values.find("answers in"))
    if (const auto read = Distribution::parse(takes->spelling())) behaves.answers_in = *read;
  behaves.success_share = share_at(values, "succeeds");
  if (const auto status = values.find("fails with"))
    behaves.failure_status = static_cast<int>(status->as_integer().value_or(500));
}

void apply_endpoint(Model& model, const PhysicsRequest& request) {
  auto& events = static_cast<Events&>(model);
  for (auto& [key, destination] : events.destinations)
    if (request.resource == nullptr || request.resource->arn == destination.arn)
      apply_values(destination.behaves, request.values);
}

/// As rules meet it; nobody else sends requests to it here.
void apply_api(Model& model, const PhysicsRequest& request) {
  const std::string id = request.resource == nullptr ? "" : request.resource->physical_id;
  apply_values(static_cast<Events&>(model).apis[id], request.values);
}

void lose_events(Model& model, const FaultRequest& request) {
  auto& events = static_cast<Events&>(model);
  const auto text = [&](std::string_view name) {
    const std::optional<Node> found = request.arguments.find(name);
    return std::string{found ? found->spelling() : ""};
  };
  const Duration lasts = parse_duration(text("for")).value_or(Duration{});
  events.losses.push_back(
      {text("from"), share_at(request.arguments, "by"), events.cloud.sim().now() + lasts});
}

constexpr Physics kPhysics[] = {
    {.of = "AWS::ApiGateway::RestApi", .shape = &kEndpoint, .apply = apply_api},
    {.of = "AWS::ApiGatewayV2::Api", .shape = &kEndpoint, .apply = apply_api},
    {.of = "AWS::Events::ApiDestination", .shape = &kEndpoint, .apply = apply_endpoint}};
constexpr Fault kFaults[] = {{"lose best effort events", &kLoss, lose_events}};

}  // namespace

std::span<const Physics> physics() { return kPhysics; }
std::span<const Fault> faults() { return kFaults; }

}  // namespace opsim::events
