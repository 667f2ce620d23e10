// Targets as the API and CloudFormation write them (both in PascalCase).
// AWS: API_Target.html. What is refused, and in which words: measured with PutTargets in us-east-1
// on 2026-09-07 (github.com/badmintoncryer/cdk-preflight, rules/events, named below).
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "models/events/target_checks.hpp"
#include "models/events/validation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

int integer_at(const Json& input, const char* key, int otherwise) {
  const auto found = input.find(key);
  if (found == input.end()) return otherwise;
  if (found->is_number()) return static_cast<int>(std::clamp(found->get<double>(), -1e9, 1e9));
  if (!found->is_string()) return otherwise;
  const std::string& text = found->get_ref<const std::string&>();
  return text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != text.npos
             ? otherwise
             : std::stoi(text);
}

/// What the request's model refuses before the service looks at it.
ApiError out_of_model(std::string_view value, std::size_t number, std::string_view member,
                      std::string_view must) {
  return validation(
      fmt::format("1 validation error detected: Value {} at 'targets.{}.member.{}' failed to "
                  "satisfy constraint: {}",
                  value, number, member, must));
}

/// API_Target.html: 1 to 64 characters.
std::optional<ApiError> check_id(const Target& target, std::size_t number) {
  if (target.id.empty()) return validation("Parameter Id is not valid. Reason: Id is required.");
  const auto bad_id = [&](std::string_view must) {
    return out_of_model(fmt::format("'{}'", target.id), number, "id", must);
  };
  if (target.id.find_first_not_of(kNameCharacters) != target.id.npos)
    return bad_id("Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
  if (target.id.size() > 64) return bad_id("Member must have length less than or equal to 64");
  return std::nullopt;
}

/// API_InputTransformer.html. Names that begin with "AWS" are taken, against what that page says
/// (pf-events-input-transformer-limits); the reserved ones have dots, which no name may have.
std::optional<ApiError> check_paths(const InputTransformer& transformer, std::size_t number) {
  constexpr std::size_t kMostPaths = 100;
  constexpr std::size_t kLongestName = 256;
  constexpr std::string_view kMember = "inputTransformer.inputPathsMap";
  std::string shown;
  for (const auto& [name, path] : transformer.input_paths_map)
    shown += fmt::format("{}{}={}", shown.empty() ? "" : ", ", name, path);
  shown = fmt::format("'{{{}}}'", shown);
  if (transformer.input_paths_map.size() > kMostPaths)
    return out_of_model(shown, number, kMember,
                        "Member must have length less than or equal to 100");
  for (const auto& [name, path] : transformer.input_paths_map) {
    const bool is_name = !name.empty() && name.size() <= kLongestName &&
                         name.find('.') == name.npos &&
                         name.find_first_not_of(kNameCharacters) == name.npos;
    if (!is_name)
      return out_of_model(
          shown, number, kMember,
          "Map keys must satisfy constraint: [Member must have length less than or equal to 256, "
          "Member must have length greater than or equal to 1, Member must satisfy regular "
          "expression pattern: [A-Za-z0-9\\_\\-]+]");
  }
  return std::nullopt;
}

std::optional<ApiError> read_transformer(const Json& given, Target& target, std::size_t number) {
  InputTransformer transformer;
  const Json& text = input::member(given, "InputTemplate");
  if (text.is_null())
    return out_of_model("null", number, "inputTransformer.inputTemplate",
                        "Member must not be null");
  transformer.input_template = text_at(given, "InputTemplate");
  const std::size_t length = transformer.input_template.size();
  if (length == 0 || length > 8'192)
    return out_of_model(fmt::format("'{}'", transformer.input_template), number,
                        "inputTransformer.inputTemplate",
                        length == 0 ? "Member must have length greater than or equal to 1"
                                    : "Member must have length less than or equal to 8192");
  if (const Json& paths = input::member(given, "InputPathsMap"); paths.is_object())
    for (const auto& [name, path] : paths.items())
      transformer.input_paths_map[name] = path.is_string() ? path.get<std::string>() : path.dump();
  if (auto error = check_paths(transformer, number)) return error;
  if (const auto complaint = check_input_transformer(transformer, target.id))
    return validation(*complaint);
  target.transformer = std::move(transformer);
  return std::nullopt;
}

std::optional<ApiError> read_input(const Json& given, Target& target, std::size_t number) {
  const Json& transformer = input::member(given, "InputTransformer");
  if (given.contains("Input")) target.input = text_at(given, "Input");
  if (given.contains("InputPath")) target.input_path = text_at(given, "InputPath");
  if (target.input.has_value() + target.input_path.has_value() + !transformer.is_null() > 1)
    return validation(fmt::format(
        "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
        target.id));
  // pf-events-target-input-json: a text in quotation marks is JSON, a bare word is not.
  if (target.input && !Json::accept(*target.input))
    return validation(fmt::format("JSON syntax error in input for target {}.", target.id));
  if (target.input_path && !is_target_path(*target.input_path))
    return validation(fmt::format("InputPath for target {} is invalid.", target.id));
  return transformer.is_null() ? std::nullopt : read_transformer(transformer, target, number);
}

std::optional<ApiError> read_retries(const Json& retry, Target& target, std::size_t number) {
  const auto out_of_range = [number](int value, std::string_view member, std::string_view must) {
    return out_of_model(fmt::format("'{}'", value), number, fmt::format("retryPolicy.{}", member),
                        fmt::format("Member must have value {}", must));
  };
  const int attempts = integer_at(retry, "MaximumRetryAttempts", 185);
  const int age = integer_at(retry, "MaximumEventAgeInSeconds", 86'400);
  if (attempts < 0 || attempts > 185)
    return out_of_range(attempts, "maximumRetryAttempts",
                        attempts < 0 ? "greater than or equal to 0" : "less than or equal to 185");
  if (age < 60 || age > 86'400)
    return out_of_range(age, "maximumEventAgeInSeconds",
                        age < 60 ? "greater than or equal to 60" : "less than or equal to 86400");
  target.maximum_retry_attempts = attempts;
  target.maximum_event_age = std::chrono::seconds{age};
  return std::nullopt;
}

/// `number`: its place in the list, from 1, for complaints.
ApiResult<Target> read_target(const Rule& rule, const Json& given, std::size_t number) {
  Target target;
  target.spec = given;
  target.id = text_at(given, "Id");
  target.arn = text_at(given, "Arn");
  target.role_arn = text_at(given, "RoleArn");
  if (auto error = check_id(target, number)) return std::move(*error);
  if (!Arn::parse(target.arn))
    return validation(fmt::format(
        "Parameter {} is not valid. Reason: Provided Arn is not in correct format.", target.arn));
  if (auto error = read_input(given, target, number)) return std::move(*error);
  if (auto error = read_retries(given.value("RetryPolicy", Json::object()), target, number))
    return std::move(*error);
  target.dead_letter_arn = text_at(given.value("DeadLetterConfig", Json::object()), "Arn");
  if (auto error = check_target(rule, target)) return std::move(*error);
  return target;
}

}  // namespace

ApiResult<std::vector<Target>> read_targets(const Rule& rule, const Json& given) {
  std::vector<Target> targets;
  if (!given.is_array()) return targets;
  for (const Json& one : given) {
    auto target = read_target(rule, one, targets.size() + 1);
    if (!target) return target.error();
    // pf-events-target-id-duplicate
    if (std::ranges::find(targets, target->id, &Target::id) != targets.end())
      return validation(fmt::format(
          "Parameter targets is not valid. Reason: More than one target with Id '{}' is provided.",
          target->id));
    targets.push_back(*std::move(target));
  }
  return targets;
}

}  // namespace opsim::events
