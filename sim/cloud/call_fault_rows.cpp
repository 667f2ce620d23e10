#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/call_faults.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/duration.hpp"
#include "sim/cloud/mounted.hpp"

namespace opsim {

namespace {

constexpr Shape kTo{.kind = Kind::text, .example = "ssm:StartAutomationExecution"};
constexpr Shape kDuration{.kind = Kind::duration, .example = "10min"};
constexpr Field kFields[] = {
    {.name = "to",
     .shape = &kTo,
     .need = Need::required,
     .doc = "A service, or service:Operation, as boto3 names them."},
    {.name = "for", .shape = &kDuration, .need = Need::required, .doc = "How long it lasts."},
};
constexpr Field kSlowFields[] = {
    kFields[0],
    kFields[1],
    {.name = "by", .shape = &kDuration, .need = Need::required, .doc = "Added to each call."},
};
constexpr Shape kShape{.kind = Kind::mapping, .fields = kFields};
constexpr Shape kSlowShape{.kind = Kind::mapping, .fields = kSlowFields};

Duration duration_at(const Node& arguments, std::string_view key) {
  const Node value = arguments.find(key).value_or(Node{});
  return parse_duration(value.spelling()).value_or(Duration{});
}

/// Why no call will ever be hit; nothing where one may be.
std::optional<std::string> unknown_call(Catalog catalog, const std::string& service,
                                        const std::string& operation) {
  const bool any_operation =
      operation.empty() && std::ranges::any_of(catalog, [&](const Service* table) {
        return endpoint_of(*table) == service && !table->operations.empty();
      });
  OperationFound found = find_operation(catalog, service, operation);
  if (any_operation || found.row != nullptr) return std::nullopt;
  return std::move(found.unknown.message);
}

/// A fault on what nobody calls would pass without a trace.
void note_unknown(Cloud& cloud, const std::string& service, const std::string& operation,
                  const FaultRequest& request) {
  std::optional<std::string> why = unknown_call(cloud.catalog(), service, operation);
  if (!why) return;
  cloud.journal().write({.kind = EntryKind::note,
                         .level = Level::story,
                         .text = std::move(*why),
                         .source = request.source});
}

template <Cloud::CallFault::How how>
void begin(Model&, const FaultRequest& request) {
  const std::string to{request.arguments.find("to").value_or(Node{}).spelling()};
  const auto colon = to.find(':');
  const std::string service = to.substr(0, colon);
  const std::string operation = colon == to.npos ? "" : to.substr(colon + 1);
  note_unknown(request.cloud, service, operation, request);
  request.cloud.add_call_fault(
      {.how = how,
       .service = service,
       .operation = operation,
       .delay = duration_at(request.arguments, "by"),
       .until = request.cloud.sim().now() + duration_at(request.arguments, "for")});
}

using How = Cloud::CallFault::How;
constexpr Fault kFaults[] = {
    {"deny calls", &kShape, begin<How::deny>},
    {"throttle calls", &kShape, begin<How::throttle>},
    {"fail calls", &kShape, begin<How::fail>},
    {"slow calls", &kSlowShape, begin<How::slow>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "every call leaves a record, and can be denied, throttled, failed, delayed"},
    {Grade::simplified, "latency is lognormal; its p99 is four times its median", "estimate"},
};

}  // namespace

const Service kCallFaults{
    .name = "calls",
    .title = "API calls to any service",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Model>(); },
    .faults = kFaults,
    .fidelity = kFidelity};

}  // namespace opsim
