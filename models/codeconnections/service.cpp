#include "models/codeconnections/service.hpp"

#include <algorithm>

#include "models/codeconnections/connections.hpp"

namespace opsim {

namespace {

using codeconnections::Connections;

template <ApiResult<Json> (*Handle)(Connections&, const Request&)>
constexpr auto on_connection = immediate<Connections, Handle>;

// To add an operation: write its function and one row here, and one below.
constexpr Operation kOperations[] = {
    {"CreateConnection", Access::write, on_connection<codeconnections::create_connection>},
    {"GetConnection", Access::read, on_connection<codeconnections::get_connection>},
    {"ListConnections", Access::read, on_connection<codeconnections::list_connections>},
    {"PushCommit", Access::write, on_connection<codeconnections::push_commit>},
    {"UseConnection", Access::read, on_connection<codeconnections::use_connection>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

/// The older name: the same handlers on the one model of both.
template <ApiResult<Json> (*Handle)(Connections&, const Request&)>
ApiResult<Json> forward(Model&, const Request& request) {
  return Handle(Connections::of(request.cloud), request);
}
constexpr Operation kOlder[] = {
    {"CreateConnection", Access::write, forward<codeconnections::create_connection>},
    {"GetConnection", Access::read, forward<codeconnections::get_connection>},
    {"ListConnections", Access::read, forward<codeconnections::list_connections>},
    {"UseConnection", Access::read, forward<codeconnections::use_connection>},
};

constexpr Shape kText{.kind = Kind::text};
constexpr Field kConnectionFields[] = {
    {.name = "ConnectionName", .shape = &kText, .need = Need::required},
    {.name = "HostArn", .shape = &kText, .simulated = Simulated::no},
    {.name = "ProviderType", .shape = &kText},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Shape kConnection{.kind = Kind::mapping, .fields = kConnectionFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::CodeConnections::Connection",
     .create = create<Connections, codeconnections::create_connection_resource>,
     .properties = &kConnection},
    {.type = "AWS::CodeStarConnections::Connection",
     .create = create<Connections, codeconnections::create_connection_resource>,
     .properties = &kConnection},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "connections and their status; the branch's tip and its files for pipelines",
     "dtconsole/userguide: connections"},
    {Grade::simplified, "PushCommit, no operation of AWS, is a push to the repository outside"},
    {Grade::absent, "hosts, repository links, sync configurations"},
};
constexpr FidelityNote kOlderFidelity[] = {
    {Grade::simulated, "the older name of codeconnections: the same connections"}};

}  // namespace

extern const Service kCodeConnections{
    .name = "codeconnections",
    .title = "AWS CodeConnections",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Connections>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

extern const Service kCodeStarConnections{
    .name = "codestar-connections",
    .title = "AWS CodeStar Connections",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Model>(); },
    .operations = kOlder,
    .fidelity = kOlderFidelity,
};

}  // namespace opsim
