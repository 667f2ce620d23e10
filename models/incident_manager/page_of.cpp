#include "models/incident_manager/page_of.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

ApiResult<Json> page_of(const Json& all, const Request& request, const char* member,
                        std::int64_t most) {
  const Json& asked = input::member(request.input, "MaxResults");
  const auto size = asked.is_null() ? std::optional{most} : input::integer(asked);
  if (!size || *size < 0 || *size > most)
    return ApiError{"ValidationException", fmt::format("MaxResults is 0 to {}", most)};
  const std::string token = input::text(request.input, "NextToken");
  const auto begin =
      token.empty() ? std::optional<std::int64_t>{0} : input::integer(request.input, "NextToken");
  if (!begin || *begin < 0) return ApiError{"ValidationException", "NextToken is not valid"};
  Json page = Json::array();
  auto at = static_cast<std::size_t>(*begin);
  for (; at < all.size() && std::ssize(page) < std::max<std::int64_t>(*size, 1); ++at)
    page.push_back(all[at]);
  Json answer = Json::object();
  const bool small = member[0] >= 'a' && member[0] <= 'z';
  answer[member] = std::move(page);
  if (at < all.size()) answer[small ? "nextToken" : "NextToken"] = std::to_string(at);
  return answer;
}

}  // namespace opsim::incident_manager
