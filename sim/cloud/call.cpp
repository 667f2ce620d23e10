// Waist 1: an API call, from its caller to its record.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "opsim/document/diagnostic.hpp"
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

ApiError unknown_service(std::string_view service, Catalog catalog) {
  std::vector<std::string_view> known;
  for (const Service* row : catalog)
    if (!row->operations.empty()) known.push_back(row->name);
  return {"UnknownService", fmt::format("no service {} is simulated{}", opsim::quoted(service),
                                        did_you_mean(service, known))};
}

ApiError unknown_operation(std::string_view name, const Service& service) {
  std::vector<std::string_view> known;
  for (const Operation& row : service.operations) known.push_back(row.name);
  return {"InvalidAction", fmt::format("{} has no operation {} here{}", service.name,
                                       opsim::quoted(name), did_you_mean(name, known))};
}

ApiError not_simulated(const Service& service, const Operation& operation) {
  return {"NotSimulated",
          fmt::format("{}:{} is not simulated: {}", service.name, operation.name,
                      operation.not_simulated.empty() ? "no model yet" : operation.not_simulated)};
}

std::string describe(const Caller& caller, const ApiResult<Json>& answer) {
  if (answer) return fmt::format("by {}: ok", caller.principal);
  return fmt::format("by {}: {}: {}", caller.principal, answer.error().code,
                     answer.error().message);
}

}  // namespace

bool same_operation(std::string_view known, std::string_view written) {
  std::size_t i = 0;
  for (const char c : written) {
    if (c == '_' || c == '-') continue;
    const auto lower = [](char x) { return std::tolower(static_cast<unsigned char>(x)); };
    if (i == known.size() || lower(known[i]) != lower(c)) return false;
    ++i;
  }
  return i == known.size();
}

const Operation* Cloud::Mounted::operation(std::string_view name) const {
  const auto& rows = service->operations;
  const auto exact = std::ranges::lower_bound(rows, name, {}, &Operation::name);
  if (exact != rows.end() && exact->name == name) return &*exact;
  const auto alike = std::ranges::find_if(
      rows, [&](const Operation& row) { return same_operation(row.name, name); });
  return alike == rows.end() ? nullptr : &*alike;
}

Process<ApiResult<Json>> Cloud::call(Caller caller, std::string service, std::string operation,
                                     Json input) {
  Mounted* mount = mounted(service);
  if (mount == nullptr) co_return unknown_service(service, catalog_);
  const Operation* row = mount->operation(operation);
  if (row == nullptr) co_return unknown_operation(operation, *mount->service);
  if (row->now == nullptr && row->later == nullptr) co_return not_simulated(*mount->service, *row);

  const Request request{*this, caller, mount->service->name, row->name, input};
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
  Mounted* mount = mounted(service);
  if (mount == nullptr) return unknown_service(service, catalog_);
  const Operation* row = mount->operation(operation);
  if (row == nullptr) return unknown_operation(operation, *mount->service);
  if (row->now == nullptr) return not_simulated(*mount->service, *row);
  if (row->access != Access::read)
    return ApiError{"NotSimulated", fmt::format("{}:{} changes something: it is called, not looked "
                                                "into",
                                                mount->service->name, row->name)};
  const Caller caller{place, "opsim.amazonaws.com", ""};
  return row->now(*mount->model, Request{*this, caller, mount->service->name, row->name, input});
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
