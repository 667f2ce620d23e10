// Calls to endpoints: API destinations and API Gateway.
// AWS: eb-api-destinations: 409, 429 and 5xx are retried; eb-api-gateway-target: 429 and 5xx are,
// other errors are not; of both, "must have a maximum client execution timeout of 5 seconds".
// SIMPLIFIED: what an API does with a request is physics; path, query and headers change nothing.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::events {

namespace {

constexpr Duration kRequestTimeout = std::chrono::seconds{5};

ApiDestination* destination_at(Events& events, const Arn& arn) {
  // "api-destination/name/uuid"
  const std::string_view rest = std::string_view{arn.resource}.substr(16);
  const auto found =
      events.destinations.find({arn.place(), std::string{rest.substr(0, rest.find('/'))}});
  return found == events.destinations.end() ? nullptr : &found->second;
}

/// Which of the statuses below 500 is worth another try.
enum class Conflict : bool { final, retried };

Process<ApiResult<Json>> call_endpoint(Events& events, Endpoint behaves, std::string luck_name,
                                       std::string shown, Conflict conflict) {
  Simulation& sim = events.cloud.sim();
  Stream& luck = sim.random(luck_name);
  // Estimate: a public API answers in lognormal(p50 100ms, p99 1s).
  static const Distribution typical = *Distribution::parse("lognormal(p50 100ms, p99 1s)");
  const Duration takes = behaves.answers_in.value_or(typical).sample_duration(luck);
  const bool lucky = luck.chance(behaves.success_share);
  co_await sim.sleep(std::min(takes, kRequestTimeout));
  if (takes > kRequestTimeout)
    co_return ApiError{"RequestTimeout", "The endpoint did not answer within 5 seconds.", 504};
  if (lucky) co_return Json::object();
  const int status = behaves.failure_status;
  const bool again =
      status == 429 || status >= 500 || (status == 409 && conflict == Conflict::retried);
  co_return ApiError{status == 429 ? "TooManyRequestsException" : "ErrorFromTarget",
                     fmt::format("{} answered {}.", shown, status),
                     again ? std::max(status, 500) : status};
}

}  // namespace

Process<ApiResult<Json>> deliver_to_destination(Events& events, Delivery delivery) {
  const ApiDestination* found = destination_at(events, delivery.target);
  if (found == nullptr)
    co_return ApiError{"ResourceNotFoundException", "The api-destination does not exist."};
  const ApiDestination destination = *found;
  const auto connection = std::ranges::find_if(events.connections, [&](const auto& entry) {
    return entry.second.arn == destination.connection_arn;
  });
  if (connection == events.connections.end() || connection->second.state != "AUTHORIZED")
    co_return ApiError{"AccessDeniedException", "The connection is not authorized."};
  // eb-quota: what comes faster than the rate limit is delayed.
  const auto key = std::pair{delivery.target.place(), destination.name};
  const auto pace = events.destination_paces.try_emplace(key, destination.rate_per_second).first;
  co_await events.cloud.sim().sleep(pace->second.wait(events.cloud.sim().now()));
  co_return co_await call_endpoint(events, destination.behaves,
                                   "events.destination." + destination.name, destination.endpoint,
                                   Conflict::retried);
}

// "arn:aws:execute-api:us-east-1:123456789012:API/stage/METHOD/path".
Process<ApiResult<Json>> deliver_to_api(Events& events, Delivery delivery) {
  const std::string& resource = delivery.target.resource;
  const std::string api = resource.substr(0, resource.find('/'));
  auto known = events.apis.find(api);
  if (known == events.apis.end()) known = events.apis.find("");
  Endpoint behaves = known == events.apis.end() ? Endpoint{} : known->second;
  std::string shown = fmt::format("API {}", events.cloud.resources().name_of(api));
  co_return co_await call_endpoint(events, std::move(behaves), "events.api." + api,
                                   std::move(shown), Conflict::final);
}

}  // namespace opsim::events
