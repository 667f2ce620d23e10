// Connections and API destinations: their operations.
// AWS: EventBridge API Reference, CreateConnection, CreateApiDestination and their kin.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "models/events/validation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

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

/// The request's model, as recorded on AWS (localstack, test_api_destinations_and_connection).
std::optional<ApiError> check_name(const std::string& name) {
  if (!name.empty() && name.size() <= 64 && name.find_first_not_of(kNameCharacters) == name.npos)
    return std::nullopt;
  return validation(fmt::format(
      "1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: Member must "
      "satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
      name));
}

std::optional<ApiError> check_method(const std::string& method) {
  constexpr std::string_view kMethods[] = {"HEAD", "POST", "PATCH",  "DELETE",
                                           "PUT",  "GET",  "OPTIONS"};
  if (std::ranges::find(kMethods, method) != std::end(kMethods)) return std::nullopt;
  return validation(
      fmt::format("1 validation error detected: Value '{}' at 'httpMethod' failed to satisfy "
                  "constraint: Member must satisfy enum value set: [{}]",
                  method, fmt::join(kMethods, ", ")));
}

/// Measured 2026-09-07: github.com/badmintoncryer/cdk-preflight,
/// pf-events-connection-auth-parameters.
std::optional<ApiError> check_auth(const std::string& type, const Json& parameters) {
  if (!parameters.is_object()) return std::nullopt;
  const std::string_view needed = type == "BASIC"     ? "BasicAuthParameters"
                                  : type == "API_KEY" ? "ApiKeyAuthParameters"
                                                      : "OAuthParameters";
  const Json& given = input::member(parameters, needed);
  if (given.is_null())
    return validation(
        fmt::format("Parameter {} is not valid. Reason: Missing required field(s).", needed));
  const std::string endpoint = input::text(given, "AuthorizationEndpoint");
  if (needed == "OAuthParameters" && !endpoint.empty() && !endpoint.starts_with("https://"))
    return validation("Parameter AuthorizationEndpoint is not valid.");
  return std::nullopt;
}

std::optional<ApiError> read_destination(Events& events, const Json& input, ApiDestination& into) {
  if (input.contains("Description")) into.description = text_at(input, "Description");
  if (input.contains("ConnectionArn")) into.connection_arn = text_at(input, "ConnectionArn");
  if (input.contains("HttpMethod")) into.method = text_at(input, "HttpMethod");
  if (input.contains("InvocationEndpoint")) into.endpoint = text_at(input, "InvocationEndpoint");
  if (const auto rate = input::integer(input, "InvocationRateLimitPerSecond"))
    into.rate_per_second = static_cast<int>(std::clamp(*rate, std::int64_t{1}, std::int64_t{300}));
  into.modified = events.cloud.sim().now();
  if (auto error = check_method(into.method)) return error;
  const bool known = std::ranges::any_of(events.connections, [&](const auto& entry) {
    return entry.second.arn == into.connection_arn;
  });
  if (!known)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Connection '{}' does not exist.", into.connection_arn)};
  if (!into.endpoint.starts_with("https://"))
    return validation(fmt::format(
        "Parameter InvocationEndpoint is not valid. Reason: Endpoint '{}' is not valid.",
        into.endpoint));
  return {};
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
  if (auto error = check_name(name)) return std::move(*error);
  if (auto error = check_auth(type, input::member(request.input, "AuthParameters")))
    return std::move(*error);
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
  if (auto error = check_name(name)) return std::move(*error);
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

}  // namespace opsim::events
