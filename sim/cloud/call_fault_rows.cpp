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

/// "; did you mean ...?" where `service` or its `operation` is not known, else nothing.
std::optional<std::string> unknown(Catalog catalog, const std::string& service,
                                   const std::string& operation) {
  std::vector<std::string_view> names;
  for (const Service* row : catalog) {
    if (!row->operations.empty()) names.push_back(row->name);
    if (row->name != service) continue;
    const auto& rows = row->operations;
    if (operation.empty() || std::ranges::any_of(rows, [&](const Operation& known) {
          return same_operation(known.name, operation);
        }))
      return std::nullopt;
    std::vector<std::string_view> operations;
    for (const Operation& known : rows) operations.push_back(known.name);
    return did_you_mean(operation, operations);
  }
  return did_you_mean(service, names);
}

/// A fault on what nobody calls would pass without a trace.
void note_unknown(Cloud& cloud, const std::string& service, const std::string& operation,
                  const FaultRequest& request) {
  const std::optional<std::string> meant = unknown(cloud.catalog(), service, operation);
  if (!meant) return;
  cloud.journal().write({.kind = EntryKind::note,
                         .level = Level::story,
                         .subject = "calls",
                         .text = fmt::format("nothing here is called {}{}{}{}", service,
                                             operation.empty() ? "" : ":", operation, *meant),
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
