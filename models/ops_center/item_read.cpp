// What callers say of an OpsItem, and when two are the same.
// AWS: Systems Manager API Reference, CreateOpsItem, UpdateOpsItem; User Guide, "Working with
// deduplication strings" (OpsCenter-working-deduplication-strings).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/ops_center/ops_center.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ops_center {

namespace {

/// API Reference, OpsItemStatus.
constexpr std::string_view kStatuses[] = {"Open",
                                          "InProgress",
                                          "Resolved",
                                          "Pending",
                                          "TimedOut",
                                          "Cancelling",
                                          "Cancelled",
                                          "Failed",
                                          "CompletedWithSuccess",
                                          "CompletedWithFailure",
                                          "Scheduled",
                                          "RunbookInProgress",
                                          "PendingChangeCalendarOverride",
                                          "ChangeCalendarOverrideApproved",
                                          "ChangeCalendarOverrideRejected",
                                          "PendingApproval",
                                          "Approved",
                                          "Revoked",
                                          "Rejected",
                                          "Closed"};

struct TextLimit {
  std::string_view name;
  std::string OpsItemSpec::*member;
  std::size_t longest;
};
constexpr TextLimit kTexts[] = {
    {"Title", &OpsItemSpec::title, 1024},     {"Description", &OpsItemSpec::description, 2048},
    {"Source", &OpsItemSpec::source, 128},    {"Category", &OpsItemSpec::category, 64},
    {"Severity", &OpsItemSpec::severity, 64}, {"OpsItemType", &OpsItemSpec::type, 128},
    {"Status", &OpsItemSpec::status, 64},
};

std::optional<ApiError> read_texts(const Json& input, OpsItemSpec& spec) {
  for (const TextLimit& row : kTexts) {
    const Json& given = input::member(input, row.name);
    if (given.is_null()) continue;
    std::string text = input::text(given);
    if (text.empty() || text.size() > row.longest)
      return ApiError{"ValidationException", fmt::format("{} has {} characters; from 1 to {}",
                                                         row.name, text.size(), row.longest)};
    spec.*row.member = std::move(text);
  }
  if (std::ranges::find(kStatuses, spec.status) == std::end(kStatuses))
    return ApiError{"ValidationException",
                    fmt::format("Status is {}; {}{}", opsim::quoted(spec.status),
                                one_of_text(kStatuses), did_you_mean(spec.status, kStatuses))};
  return std::nullopt;
}

std::optional<ApiError> read_data(const Json& given, OpsItemSpec& spec) {
  if (given.is_null()) return std::nullopt;
  if (!given.is_object())
    return invalid_parameter("OperationalData must map keys to {\"Value\": ..., \"Type\": ...}");
  std::size_t size = 0;
  for (const auto& [key, entry] : given.items()) {
    DataValue value{input::text(entry.is_object() ? input::member(entry, "Value") : entry),
                    input::text(entry, "Type") == "SearchableString"};
    size += key.size() + value.value.size();
    const auto before = spec.data.find(key);
    // "After you create an OpsItem, you can't edit or change the deduplication strings in it."
    if (key == "/aws/dedup" && before != spec.data.end() && before->second != value)
      return invalid_parameter("/aws/dedup of an OpsItem cannot be changed");
    spec.data[key] = std::move(value);
  }
  if (size > kLargestData)
    return invalid_parameter(fmt::format("OperationalData has {} bytes; at most 20 KB", size));
  return std::nullopt;
}

std::vector<std::string> members_of(const Json& list, std::string_view name) {
  std::vector<std::string> found;
  if (list.is_array())
    for (const Json& item : list)
      found.push_back(item.is_object() ? input::text(item, name) : input::text(item));
  return found;
}

std::optional<ApiError> read_lists(const Json& input, OpsItemSpec& spec) {
  if (const Json& given = input::member(input, "Notifications"); given.is_array())
    spec.notifications = members_of(given, "Arn");
  if (const Json& given = input::member(input, "RelatedOpsItems"); given.is_array())
    spec.related = members_of(given, "OpsItemId");
  if (spec.related.size() > kMostRelated)
    return ApiError{"OpsItemLimitExceededException", "an OpsItem has at most 10 related OpsItems"};
  for (const auto& [key, value] : input::tags(input::member(input, "Tags"))) spec.tags[key] = value;
  const Json& priority = input::member(input, "Priority");
  if (priority.is_null()) return std::nullopt;
  spec.priority = input::integer(priority);
  if (!spec.priority || *spec.priority < 1 || *spec.priority > 5)
    return ApiError{"ValidationException",
                    fmt::format("Priority is {}; from 1 to 5", input::text(priority))};
  return std::nullopt;
}

/// The JSON text of an entry; null where it is none.
Json parsed(const OpsItemSpec& spec, const std::string& key) {
  const auto found = spec.data.find(key);
  if (found == spec.data.end()) return nullptr;
  return Json::parse(found->second.value, nullptr, false);
}

std::optional<ApiError> check_data(const OpsItemSpec& spec) {
  const Json dedup = parsed(spec, "/aws/dedup");
  if (!dedup.is_null() && input::text(dedup, "dedupString").empty())
    return invalid_parameter(R"(/aws/dedup must be the text {"dedupString":"..."})");
  if (input::text(dedup, "dedupString").size() > kLongestDedupString)
    return invalid_parameter("a dedupString has at most 64 characters");
  if (const Json resources = parsed(spec, "/aws/resources");
      resources.is_array() && resources.size() > kMostResources)
    return ApiError{"OpsItemLimitExceededException", "an OpsItem has at most 100 resources"};
  return std::nullopt;
}

}  // namespace

ApiError invalid_parameter(std::string message) {
  return {"OpsItemInvalidParameterException", std::move(message)};
}

ApiResult<OpsItemSpec> read_item(const Json& input, OpsItemSpec base) {
  if (auto wrong = read_texts(input, base)) return *std::move(wrong);
  if (auto wrong = read_data(input::member(input, "OperationalData"), base))
    return *std::move(wrong);
  if (auto wrong = read_lists(input, base)) return *std::move(wrong);
  if (auto wrong = check_data(base)) return *std::move(wrong);
  for (const TextLimit& row : std::span{kTexts}.first(3))
    if ((base.*row.member).empty())
      return ApiError{"ValidationException", fmt::format("{} is required", row.name)};
  return base;
}

/// "If the system finds a matching deduplication string in an OpsItem, but the resources are
/// different, then the system creates the new OpsItem." Strings are not case sensitive.
std::string duplicate_key_of(const OpsItemSpec& spec) {
  std::string key = input::text(parsed(spec, "/aws/dedup"), "dedupString");
  if (key.empty()) return key;
  std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
  std::vector<std::string> resources = members_of(parsed(spec, "/aws/resources"), "arn");
  std::ranges::sort(resources);
  for (const std::string& resource : resources) key += "\n" + resource;
  return key;
}

bool keeps_others_out(std::string_view status) {
  return status == "Open" || status == "InProgress";
}

}  // namespace opsim::ops_center
