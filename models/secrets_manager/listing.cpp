// Secrets and versions by the list. AWS: Secrets Manager API Reference, ListSecrets, Filter,
// ListSecretVersionIds, BatchGetSecretValue.
#include <fmt/format.h>

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"

namespace opsim::secrets_manager {

namespace {

constexpr std::size_t kMostListed = 100;  // MaxResults: 1 to 100
constexpr std::size_t kMostInBatch = 20;  // MaxResults, SecretIdList: 1 to 20
constexpr std::size_t kMostFilters = 10;

ApiError bad(std::string why) { return {"InvalidParameterException", std::move(why)}; }

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool any_tag(const Secret& secret, std::string_view prefix, bool key) {
  return std::ranges::any_of(secret.tags, [&](const auto& tag) {
    return (key ? tag.first : tag.second).starts_with(prefix);
  });
}

/// "all: Breaks the filter value string into words and then searches all attributes for matches.
/// Not case-sensitive." SIMPLIFIED: the words anywhere in name, description and tags.
bool has_words(const Secret& secret, const std::string& words) {
  std::string everything = secret.name + " " + secret.description;
  for (const auto& [key, value] : secret.tags) everything += " " + key + " " + value;
  everything = lower(std::move(everything));
  std::size_t at = 0;
  const std::string wanted = lower(words);
  while (at < wanted.size()) {
    const std::size_t end = std::min(wanted.find(' ', at), wanted.size());
    if (everything.find(wanted.substr(at, end - at)) == std::string::npos) return false;
    at = end + 1;
  }
  return true;
}

bool matches(const Secret& secret, std::string_view key, const std::string& value) {
  if (key == "name") return secret.name.starts_with(value);  // "Prefix match, case-sensitive"
  if (key == "description") return lower(secret.description).starts_with(lower(value));
  if (key == "tag-key") return any_tag(secret, value, true);
  if (key == "tag-value") return any_tag(secret, value, false);
  if (key == "all") return has_words(secret, value);
  return false;  // primary-region, owning-service: no secret here has one
}

/// "You can prefix your search value with an exclamation mark (!) in order to perform negation."
bool passes(const Secret& secret, const Json& filters) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::string key = input::text(filter, "Key");
    return std::ranges::any_of(input::texts(filter, "Values"), [&](const std::string& value) {
      return value.starts_with('!') ? !matches(secret, key, value.substr(1))
                                    : matches(secret, key, value);
    });
  });
}

std::optional<ApiError> check_filters(const Json& filters) {
  constexpr std::string_view kKeys[] = {
      "all", "description", "name", "owning-service", "primary-region", "tag-key", "tag-value"};
  if (filters.is_null()) return std::nullopt;
  if (!filters.is_array() || filters.size() > kMostFilters) return bad("Filters: at most 10");
  for (const Json& filter : filters)
    if (std::ranges::find(kKeys, input::text(filter, "Key")) == std::end(kKeys))
      return bad(fmt::format("Invalid filter key: {}", input::text(filter, "Key")));
  return std::nullopt;
}

/// Those that pass, in the order in which they were made.
std::vector<const Secret*> select(const Secrets& all, const Request& request, bool deleted_too) {
  const Json& filters = input::member(request.input, "Filters");
  std::vector<const Secret*> selected;
  for (const auto& [key, secret] : all.secrets)
    if (key.first == request.place() && (deleted_too || !secret.deletion) &&
        passes(secret, filters.is_array() ? filters : Json::array()))
      selected.push_back(&secret);
  std::ranges::stable_sort(selected, {}, &Secret::created);
  return selected;
}

/// From NextToken on, at most MaxResults; tokens are numbers.
ApiResult<Json> page(const Json& input, Json list, const char* name, std::size_t most) {
  const auto asked = input::integer(input, "MaxResults");
  if (asked && (*asked < 1 || *asked > static_cast<std::int64_t>(most)))
    return bad(fmt::format("MaxResults is 1 to {}", most));
  const auto from = input::integer(input, "NextToken").value_or(0);
  if (from < 0 || from > static_cast<std::int64_t>(list.size()) ||
      (from == 0 && !input::text(input, "NextToken").empty()))
    return ApiError{"InvalidNextTokenException", "Invalid NextToken"};
  const auto first = static_cast<std::size_t>(from);
  const std::size_t end =
      std::min(list.size(),
               first + static_cast<std::size_t>(asked.value_or(static_cast<std::int64_t>(most))));
  Json shown = Json::array();
  for (std::size_t i = first; i < end; ++i) shown.push_back(std::move(list[i]));
  Json answer = Json::object();
  answer[name] = std::move(shown);
  if (end < list.size()) answer["NextToken"] = std::to_string(end);
  return answer;
}

}  // namespace

ApiResult<Json> list_secrets(Secrets& all, const Request& request) {
  if (auto wrong = check_filters(input::member(request.input, "Filters"))) return *wrong;
  const bool deleted = input::boolean(request.input, "IncludePlannedDeletion").value_or(false);
  std::vector<const Secret*> selected = select(all, request, deleted);
  if (input::text(request.input, "SortOrder") == "desc") std::ranges::reverse(selected);
  Json list = Json::array();
  for (const Secret* secret : selected) list.push_back(description_of(*secret));
  return page(request.input, std::move(list), "SecretList", kMostListed);
}

// "IncludeDeprecated: whether to include versions of secrets that don't have any staging labels
// attached to them."
ApiResult<Json> list_versions(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request, true);
  if (!found) return found.error();
  const bool deprecated = input::boolean(request.input, "IncludeDeprecated").value_or(false);
  Json list = Json::array();
  for (const Version& version : (*found)->versions)
    if (deprecated || !version.stages.empty())
      list.push_back({{"VersionId", version.id},
                      {"VersionStages", version.stages},
                      {"CreatedDate", moment(version.created)}});
  ApiResult<Json> answer = page(request.input, std::move(list), "Versions", kMostListed);
  if (!answer) return answer;
  answer->update(named(**found));
  return answer;
}

// "If Secrets Manager encounters errors ... you can see the errors in Errors in the response."
ApiResult<Json> batch_get_secret_value(Secrets& all, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "SecretIdList");
  const Json& filters = input::member(request.input, "Filters");
  if (ids.empty() == filters.is_null())
    return bad("You must include Filters or SecretIdList, but not both.");
  if (ids.size() > kMostInBatch) return bad("SecretIdList: at most 20");
  if (auto wrong = check_filters(filters)) return *wrong;
  Json values = Json::array();
  Json errors = Json::array();
  const auto show = [&](const std::string& id, const Secret* secret) {
    const Version* current = secret == nullptr ? nullptr : secret->staged("AWSCURRENT");
    if (secret != nullptr && !secret->deletion && current != nullptr)
      return values.push_back(value_of(*secret, *current));
    const bool gone = secret == nullptr || !secret->deletion;
    errors.push_back({{"SecretId", id},
                      {"ErrorCode", gone ? "ResourceNotFoundException" : "InvalidRequestException"},
                      {"Message", gone ? no_such_secret().message
                                       : "You can't perform this operation on the secret because "
                                         "it was marked for deletion."}});
  };
  for (const std::string& id : ids) show(id, all.find(request.place(), id));
  if (ids.empty())
    for (const Secret* secret : select(all, request, false)) show(secret->arn, secret);
  ApiResult<Json> answer = page(request.input, std::move(values), "SecretValues", kMostInBatch);
  if (answer) (*answer)["Errors"] = std::move(errors);
  return answer;
}

}  // namespace opsim::secrets_manager
