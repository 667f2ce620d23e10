// Requests that come twice.
// AWS: EventBridge Scheduler API Reference, ClientToken: "Unique, case-sensitive identifier you
// provide to ensure the idempotency of the request."
#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::scheduler {

namespace {
constexpr std::size_t kMostTokens = 10'000;
}  // namespace

std::optional<ApiResult<Json>> repeated(const Schedules& schedules, const Json& input) {
  const std::string token = input::text(input, "ClientToken");
  const auto known = schedules.tokens.find(token);
  if (token.empty() || known == schedules.tokens.end()) return std::nullopt;
  if (known->second.first == input) return ApiResult<Json>{known->second.second};
  return ApiResult<Json>{
      ApiError{"ConflictException", "The ClientToken was used with other parameters.", 409}};
}

void remember(Schedules& schedules, const Json& input, const Json& answer) {
  const std::string token = input::text(input, "ClientToken");
  if (token.empty()) return;
  if (schedules.tokens.size() >= kMostTokens) schedules.tokens.clear();
  schedules.tokens[token] = {input, answer};
}

}  // namespace opsim::scheduler
