// What PutParameter takes: names, types, tiers, sizes.
// AWS: Systems Manager API Reference, PutParameter; User Guide, "About requirements and constraints
// for parameter names", "Managing parameter tiers". Messages as the service words them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

constexpr std::string_view kTypes[] = {"SecureString", "StringList", "String"};
constexpr std::string_view kTiers[] = {"Intelligent-Tiering", "Standard", "Advanced"};
constexpr std::string_view kDataTypes[] = {"text", "aws:ec2:image", "aws:ssm:integration"};
/// PutParameter, Name: "the maximum length for the fully qualified parameter name is 1011".
constexpr std::size_t kLongestName = 1011;
constexpr std::size_t kLongestMember = 1024;  // Description, AllowedPattern

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

ApiError unsatisfied(std::string_view member, std::string_view value, std::string_view constraint) {
  return invalid(
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must {}",
                  value, member, constraint));
}

std::string lower(std::string_view text) {
  std::string made{text};
  for (char& letter : made)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return made;
}

bool is_name_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         std::string_view{"_.-/"}.find(letter) != std::string_view::npos;
}

/// Names that begin with "aws" or "ssm" are AWS's own.
std::optional<ApiError> check_reserved(const std::string& name) {
  const std::string bare = lower(name).substr(name.starts_with('/') ? 1 : 0);
  if (!bare.starts_with("aws") && !bare.starts_with("ssm")) return std::nullopt;
  const bool is_path = std::ranges::count(name, '/') > 1;
  if (is_path && bare.starts_with("aws"))
    return ApiError{"AccessDeniedException",
                    fmt::format("No access to reserved parameter name: {}.", name)};
  if (!is_path)
    return invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  return invalid(
      "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it "
      "can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of "
      "letters, numbers and the following 3 symbols .-_");
}

std::optional<ApiError> check_choice(const Json& input, std::string_view member,
                                     std::span<const std::string_view> known,
                                     std::string_view shown) {
  const std::string given = input::text(input, member);
  if (given.empty() || std::ranges::find(known, given) != known.end()) return std::nullopt;
  return unsatisfied(shown, given,
                     fmt::format("satisfy enum value set: [{}]", fmt::join(known, ", ")));
}

}  // namespace

std::optional<ApiError> check_name(const std::string& name) {
  if (name.empty()) return unsatisfied("name", "", "have length greater than or equal to 1");
  if (name.size() > kLongestName)
    return invalid(
        fmt::format("Parameter name must not be longer than {} characters.", kLongestName));
  if (auto reserved = check_reserved(name)) return reserved;
  const bool spelt = std::ranges::all_of(name, is_name_letter) && !name.ends_with('/') &&
                     name.find("//") == std::string::npos;
  if (!spelt)
    return invalid(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, "
        "it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix "
        "of letters, numbers and the following 3 symbols .-_");
  const std::ptrdiff_t slashes = std::ranges::count(name, '/');
  if (slashes > 0 && !name.starts_with('/'))
    return invalid("Parameter name must be a fully qualified name.");
  if (slashes > kDeepestHierarchy)
    return ApiError{"HierarchyLevelLimitExceededException",
                    fmt::format("Parameter name must have at most {} levels in its hierarchy.",
                                kDeepestHierarchy)};
  return std::nullopt;
}

std::optional<ApiError> check_members(const Json& input) {
  const Json& value = input::member(input, "Value");
  if (input::text(value).empty())
    return unsatisfied("value", "", "have length greater than or equal to 1.");
  if (auto bad = check_choice(input, "Type", kTypes, "type")) return bad;
  if (auto bad = check_choice(input, "Tier", kTiers, "tier")) return bad;
  for (const std::string_view member : {"Description", "AllowedPattern"})
    if (const std::string text = input::text(input, member); text.size() > kLongestMember)
      return unsatisfied(lower(member.substr(0, 1)) + std::string{member.substr(1)}, text,
                         "have length less than or equal to 1024");
  const std::string data_type = input::text(input, "DataType");
  if (!data_type.empty() && std::ranges::find(kDataTypes, data_type) == std::end(kDataTypes))
    return invalid(fmt::format(
        "The following data type is not supported: {} (Data type names are all lowercase.)",
        data_type));
  const bool has_tags = !input::tags(input::member(input, "Tags")).empty();
  if (has_tags && input::boolean(input, "Overwrite").value_or(false))
    return invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with "
        "tags, please remove overwrite flag. To update tags for an existing parameter, please use "
        "AddTagsToResource or RemoveTagsFromResource.");
  if (input::tags(input::member(input, "Tags")).size() > kMostTags)
    return ApiError{"TooManyTagsError", "A parameter has at most 50 tags."};
  return std::nullopt;
}

/// "Managing parameter tiers": without a Tier a new parameter is a standard one (the default of an
/// account), and one that exists keeps its tier; Intelligent-Tiering takes the advanced tier where
/// the value or the policies need it. An advanced parameter cannot become a standard one.
std::optional<ApiError> choose_tier(const Json& input, const Version* before, Version& next) {
  const bool was_advanced = before != nullptr && before->tier == "Advanced";
  std::string asked = input::text(input, "Tier");
  const bool needs_more = next.value.size() > kStandardValue || !next.policies.empty();
  if (asked.empty()) asked = was_advanced ? "Advanced" : "Standard";
  if (asked == "Intelligent-Tiering") asked = was_advanced || needs_more ? "Advanced" : "Standard";
  if (asked == "Standard" && was_advanced)
    return invalid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
        "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the "
        "advanced parameter and recreate it as a standard parameter.");
  next.tier = std::move(asked);
  return std::nullopt;
}

std::optional<ApiError> check_value(const Version& version) {
  const bool advanced = version.tier == "Advanced";
  if (!advanced && version.value.size() > kStandardValue)
    return invalid(
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create "
        "a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For "
        "more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "parameter-store-advanced-parameters.html");
  if (version.value.size() > kAdvancedValue)
    return invalid(
        "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  if (!advanced && !version.policies.empty())
    return invalid(
        "Parameter policies are supported only for parameters in the advanced-parameter tier.");
  if (version.data_type == "aws:ec2:image") {
    // User Guide, "Native parameter support for AMI IDs": ami- and 8 or 17 hexadecimal digits.
    // SIMPLIFIED: checked at once, where AWS does so a moment later; whether it exists is not.
    const std::string_view id = version.value;
    const bool spelt = id.starts_with("ami-") && (id.size() == 12 || id.size() == 21) &&
                       id.substr(4).find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (version.type != "String" || !spelt)
      return invalid(
          fmt::format("The parameter value {} is not an AMI ID: data type "
                      "aws:ec2:image takes a String such as ami-12345abcdeEXAMPLE.",
                      version.value));
  }
  if (version.allowed_pattern.empty()) return std::nullopt;
  switch (match_allowed_pattern(version.allowed_pattern, version.value)) {
    case PatternVerdict::no_pattern:
      return ApiError{
          "InvalidAllowedPatternException",
          fmt::format("The regular expression {} is not valid.", version.allowed_pattern)};
    case PatternVerdict::differs:
      return ApiError{"ParameterPatternMismatchException",
                      fmt::format("Parameter value, cannot be validated against allowedPattern: {}",
                                  version.allowed_pattern)};
    case PatternVerdict::matches: break;
  }
  return std::nullopt;
}

}  // namespace opsim::parameter_store
