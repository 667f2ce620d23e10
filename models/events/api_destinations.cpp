// Connections and API destinations, and calls to their endpoints.
// AWS: eb-api-destinations: "up to 5 seconds"; 409, 429 and 5xx are retried, other errors are not.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::events {

namespace {

constexpr Duration kRequestTimeout = std::chrono::seconds{5};

template <class T>
ApiResult<T*> named(std::map<std::pair<Place, std::string>, T>& all, const Request& request,
                    std::string_view kind) {
  const std::string name = text_at(request.input, "Name");
  const auto found = all.find({request.place(), name});
  if (found != all.end()) return &found->second;
  return ApiError{"ResourceNotFoundException",
                  fmt::format("Failed to describe the {0}(s). {1} '{2}' does not exist.", kind,
                              kind == "connection" ? "Connection" : "An api-destination", name)};
}

/// What was given, without what is secret.
Json without_secrets(const Json& given) {
  if (!given.is_object()) return given;
  Json shown = Json::object();
  for (const auto& [name, value] : given.items())
    if (name != "Password" && name != "ApiKeyValue" && name != "ClientSecret")
      shown[name] = without_secrets(value);
  return shown;
}

Json connection_json(const Connection& connection) {
  return {{"Name", connection.name},
          {"ConnectionArn", connection.arn},
          {"ConnectionState", connection.state},
          {"AuthorizationType", connection.authorization_type},
          {"CreationTime", iso8601(connection.created)},
          {"LastModifiedTime", iso8601(connection.modified)},
          {"LastAuthorizedTime", iso8601(connection.modified)}};
}

Json destination_json(const ApiDestination& destination) {
  return {{"Name", destination.name},
          {"ApiDestinationArn", destination.arn},
          {"ApiDestinationState", "ACTIVE"},
          {"ConnectionArn", destination.connection_arn},
          {"HttpMethod", destination.method},
          {"InvocationEndpoint", destination.endpoint},
          {"InvocationRateLimitPerSecond", destination.rate_per_second},
          {"CreationTime", iso8601(destination.created)},
          {"LastModifiedTime", iso8601(destination.modified)}};
}

/// `member` of `json` without the members that only lists or only details have.
Json brief(Json json, std::initializer_list<const char*> kept) {
  Json shown = Json::object();
  for (const char* name : kept) shown[name] = json[name];
  return shown;
}

std::optional<ApiError> read_destination(Events& events, const Json& input, ApiDestination& into) {
  if (input.contains("Description")) into.description = text_at(input, "Description");
  if (input.contains("ConnectionArn")) into.connection_arn = text_at(input, "ConnectionArn");
  if (input.contains("HttpMethod")) into.method = text_at(input, "HttpMethod");
  if (input.contains("InvocationEndpoint")) into.endpoint = text_at(input, "InvocationEndpoint");
  if (const auto rate = input::integer(input, "InvocationRateLimitPerSecond"))
    into.rate_per_second = static_cast<int>(std::clamp(*rate, std::int64_t{1}, std::int64_t{300}));
  into.modified = events.cloud.sim().now();
  const bool known = std::ranges::any_of(events.connections, [&](const auto& entry) {
    return entry.second.arn == into.connection_arn;
  });
  if (!known)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Connection '{}' does not exist.", into.connection_arn)};
  if (!into.endpoint.starts_with("https://"))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'invocationEndpoint' "
                                "failed to satisfy constraint: it must begin with https://",
                                into.endpoint)};
  return {};
}

ApiDestination* destination_at(Events& events, const Arn& arn) {
  // "api-destination/name/uuid"
  const std::string_view rest = std::string_view{arn.resource}.substr(16);
  const auto found =
      events.destinations.find({arn.place(), std::string{rest.substr(0, rest.find('/'))}});
  return found == events.destinations.end() ? nullptr : &found->second;
}

}  // namespace

ApiResult<Json> create_connection(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "Name");
  if (events.connections.contains({request.place(), name}))
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("Connection {} already exists.", name)};
  const std::string type = text_at(request.input, "AuthorizationType");
  if (type != "API_KEY" && type != "BASIC" && type != "OAUTH_CLIENT_CREDENTIALS")
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'authorizationType' "
                                "failed to satisfy constraint: Member must satisfy enum value set: "
                                "[BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
                                type)};
  Connection& connection = events.connections[{request.place(), name}];
  connection = {.name = name,
                .arn = opsim::arn(
                    request.place(), "events",
                    fmt::format("connection/{}/{}", name, events.cloud.next_uuid("connection"))),
                .description = text_at(request.input, "Description"),
                .authorization_type = type,
                .parameters = without_secrets(input::member(request.input, "AuthParameters")),
                .created = events.cloud.sim().now(),
                .modified = events.cloud.sim().now()};
  return brief(connection_json(connection),
               {"ConnectionArn", "ConnectionState", "CreationTime", "LastModifiedTime"});
}

ApiResult<Json> update_connection(Events& events, const Request& request) {
  const auto found = named(events.connections, request, "connection");
  if (!found) return found.error();
  Connection& connection = **found;
  if (request.input.contains("AuthorizationType"))
    connection.authorization_type = text_at(request.input, "AuthorizationType");
  if (request.input.contains("AuthParameters"))
    connection.parameters = without_secrets(input::member(request.input, "AuthParameters"));
  connection.state = "AUTHORIZED";
  connection.modified = events.cloud.sim().now();
  return brief(connection_json(connection), {"ConnectionArn", "ConnectionState", "CreationTime",
                                             "LastModifiedTime", "LastAuthorizedTime"});
}

ApiResult<Json> deauthorize_connection(Events& events, const Request& request) {
  const auto found = named(events.connections, request, "connection");
  if (!found) return found.error();
  (*found)->state = "DEAUTHORIZED";
  return connection_json(**found);
}

ApiResult<Json> delete_connection(Events& events, const Request& request) {
  const auto found = named(events.connections, request, "connection");
  if (!found) return found.error();
  Json answer = connection_json(**found);
  answer["ConnectionState"] = "DELETING";
  events.connections.erase({request.place(), (*found)->name});
  return answer;
}

ApiResult<Json> describe_connection(Events& events, const Request& request) {
  const auto found = named(events.connections, request, "connection");
  if (!found) return found.error();
  Json answer = connection_json(**found);
  if (!(*found)->parameters.is_null()) answer["AuthParameters"] = (*found)->parameters;
  if (!(*found)->description.empty()) answer["Description"] = (*found)->description;
  return answer;
}

ApiResult<Json> list_connections(Events& events, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, connection] : events.connections)
    if (key.first == request.place() &&
        key.second.starts_with(text_at(request.input, "NamePrefix")))
      list.push_back(connection_json(connection));
  return page_of(std::move(list), request.input, "Connections");
}

ApiResult<Json> create_api_destination(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "Name");
  if (events.destinations.contains({request.place(), name}))
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("An api-destination '{}' already exists.", name)};
  ApiDestination destination{.name = name, .created = events.cloud.sim().now()};
  if (auto error = read_destination(events, request.input, destination)) return std::move(*error);
  destination.arn = opsim::arn(
      request.place(), "events",
      fmt::format("api-destination/{}/{}", name, events.cloud.next_uuid("api-destination")));
  const Json answer = destination_json(destination);
  events.destinations[{request.place(), name}] = std::move(destination);
  return brief(answer,
               {"ApiDestinationArn", "ApiDestinationState", "CreationTime", "LastModifiedTime"});
}

ApiResult<Json> update_api_destination(Events& events, const Request& request) {
  const auto found = named(events.destinations, request, "api-destination");
  if (!found) return found.error();
  ApiDestination changed = **found;
  if (auto error = read_destination(events, request.input, changed)) return std::move(*error);
  events.destination_paces.erase({request.place(), changed.name});
  **found = std::move(changed);
  return brief(destination_json(**found),
               {"ApiDestinationArn", "ApiDestinationState", "CreationTime", "LastModifiedTime"});
}

ApiResult<Json> delete_api_destination(Events& events, const Request& request) {
  const auto found = named(events.destinations, request, "api-destination");
  if (!found) return found.error();
  events.destinations.erase({request.place(), (*found)->name});
  return Json::object();
}

ApiResult<Json> describe_api_destination(Events& events, const Request& request) {
  const auto found = named(events.destinations, request, "api-destination");
  if (!found) return found.error();
  Json answer = destination_json(**found);
  if (!(*found)->description.empty()) answer["Description"] = (*found)->description;
  return answer;
}

ApiResult<Json> list_api_destinations(Events& events, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, destination] : events.destinations)
    if (key.first == request.place() &&
        key.second.starts_with(text_at(request.input, "NamePrefix")))
      list.push_back(destination_json(destination));
  return page_of(std::move(list), request.input, "ApiDestinations");
}

Process<ApiResult<Json>> deliver_to_destination(Events& events, Delivery delivery) {
  Simulation& sim = events.cloud.sim();
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
  co_await sim.sleep(pace->second.wait(sim.now()));

  Stream& luck = sim.random("events.destination." + destination.name);
  // Estimate: a public API answers in lognormal(p50 100ms, p99 1s).
  static const Distribution typical = *Distribution::parse("lognormal(p50 100ms, p99 1s)");
  const Duration takes = destination.behaves.answers_in.value_or(typical).sample_duration(luck);
  const bool lucky = luck.chance(destination.behaves.success_share);
  co_await sim.sleep(std::min(takes, kRequestTimeout));
  if (takes > kRequestTimeout)
    co_return ApiError{"RequestTimeout", "The endpoint did not answer within 5 seconds.", 504};
  if (lucky) co_return Json::object();
  const int status = destination.behaves.failure_status;
  const bool again = status == 409 || status == 429 || status >= 500;
  co_return ApiError{status == 429 ? "TooManyRequestsException" : "ErrorFromTarget",
                     fmt::format("{} answered {}.", destination.endpoint, status),
                     again ? std::max(status, 500) : status};
}

}  // namespace opsim::events
