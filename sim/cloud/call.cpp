// Waist 1: an API call, from its caller to its record.
#include <fmt/format.h>

#include <cmath>

#include "sim/cloud/mounted.hpp"

namespace opsim {

namespace {

constexpr double kP99OverMedian = 4.0;  // estimate: control-plane calls have long tails
constexpr double kNormalP99 = 2.3263478740408408;

Duration draw_latency(const CallPhysics& physics, Stream& stream) {
  const double sigma = std::log(kP99OverMedian) / kNormalP99;
  const double factor = std::exp(sigma * stream.normal());
  return Duration{std::llround(static_cast<double>(physics.typical.count()) * factor)};
}

ApiError not_simulated(const Service& service, const Operation& operation) {
  return {"NotSimulated",
          fmt::format("{}:{} is not simulated: {}", endpoint_of(service), operation.name,
                      operation.not_simulated.empty() ? "no model yet" : operation.not_simulated)};
}

std::string describe(const Caller& caller, const ApiResult<Json>& answer) {
  if (answer) return fmt::format("by {}: ok", caller.principal);
  return fmt::format("by {}: {}: {}", caller.principal, answer.error().code,
                     answer.error().message);
}

}  // namespace

Process<ApiResult<Json>> Cloud::call(Caller caller, std::string service, std::string operation,
                                     Json input) {
  const OperationFound found = find_operation(catalog_, service, operation);
  const Operation* row = found.row;
  if (row == nullptr) co_return found.unknown;
  if (!is_simulated(*row)) co_return not_simulated(*found.table, *row);

  Mounted* mount = mounted(found.table->name);
  const Request request{*this, caller, endpoint_of(*found.table), row->name, input};
  if (!caller.instant)
    co_await sim_.sleep(draw_latency(row->physics, mount->latencies) + added_delay(request));

  ApiResult<Json> answer = Json{};
  if (std::optional<ApiError> refusal = refused(request, *row)) {
    answer = std::move(*refusal);
  } else if (row->now != nullptr) {
    const CauseScope because{sim_, sim_.cause()};
    answer = row->now(*mount->model, request);
  } else {
    answer = co_await row->later(*mount->model, request);
  }
  record(request, *row, answer);
  co_return answer;
}

ApiResult<Json> Cloud::inspect(const Place& place, std::string_view service,
                               std::string_view operation, const Json& input) {
  const OperationFound found = find_operation(catalog_, service, operation);
  const Operation* row = found.row;
  if (row == nullptr) return found.unknown;
  if (row->now == nullptr) return not_simulated(*found.table, *row);
  const std::string_view endpoint = endpoint_of(*found.table);
  if (row->access != Access::read)
    return ApiError{"NotSimulated", fmt::format("{}:{} changes something: it is called, not looked "
                                                "into",
                                                endpoint, row->name)};
  const Caller caller{place, "opsim.amazonaws.com", ""};
  return row->now(*model(found.table->name), Request{*this, caller, endpoint, row->name, input});
}

void Cloud::call_later(Caller caller, std::string service, std::string operation, Json input) {
  // A coroutine of its own, not a capturing lambda: its arguments live in its frame.
  static constexpr auto run = [](Cloud& cloud, Caller by, std::string at, std::string what,
                                 Json with) -> Process<> {
    co_await cloud.call(std::move(by), std::move(at), std::move(what), std::move(with));
  };
  sim_.spawn(
      run(*this, std::move(caller), std::move(service), std::move(operation), std::move(input)));
}

std::optional<ApiError> Cloud::refused(const Request& request, const Operation& operation) {
  if (std::optional<ApiError> fault = injected_error(request)) return fault;
  for (Mounted& m : mounted_) {
    if (m.service->authorize == nullptr) continue;
    if (std::optional<ApiError> denied = m.service->authorize(*m.model, request)) return denied;
  }
  return throttled(request, operation.physics);
}

void Cloud::record(const Request& request, const Operation& operation,
                   const ApiResult<Json>& answer) {
  const bool read_only = operation.access == Access::read;
  const Level level = read_only && answer ? Level::everything : Level::story;
  if (journal_.keeps(level))
    journal_.write({.kind = EntryKind::call,
                    .level = level,
                    .subject = fmt::format("{}:{}", request.service, request.operation),
                    .text = describe(request.caller, answer),
                    .detail = {{"ok", answer.has_value()}, {"read", read_only}}});
  const CallRecord call{request.caller, request.service, request.operation,
                        read_only,      request.input,   answer};
  for (Mounted& m : mounted_)
    if (m.service->on_call != nullptr) m.service->on_call(*m.model, call);
}

}  // namespace opsim
