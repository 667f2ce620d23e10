#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace opsim::events {

/// A target's InputTransformer, as in the API.
struct InputTransformer {
  std::map<std::string, std::string> input_paths_map;  // variable -> JSON path
  std::string input_template;
};

/// What the reserved variables stand for: <aws.events.rule-arn> and its kin.
struct DeliveryContext {
  std::string rule_arn;
  std::string rule_name;
  std::string ingestion_time;  // ISO 8601, as EventBridge received the event
};

/// What reaches the target.
struct DeliveredInput {
  std::string text;
};
/// Nothing reaches the target; AWS says so nowhere, opsim does.
struct NothingDelivered {
  std::string reason;
};
using InputResult = std::variant<DeliveredInput, NothingDelivered>;

/// InputPath: the part of the event that is delivered, e.g. "$.detail". Nothing where the path
/// leads nowhere.
InputResult apply_input_path(std::string_view input_path, std::string_view event_text);

/// InputTransformer: variables are taken from the event and put into the template.
InputResult apply_input_transformer(const InputTransformer& transformer,
                                    std::string_view event_text, const DeliveryContext& context);

/// Whether PutTargets takes the text for InputPath, or for a value of InputPathsMap.
[[nodiscard]] bool is_target_path(std::string_view path);

/// PutTargets' complaint (the Message of its ValidationException), or nothing: paths, variables
/// that nothing defines, a template that is neither JSON nor text in quotation marks.
std::optional<std::string> check_input_transformer(const InputTransformer& transformer,
                                                   std::string_view target_id);

}  // namespace opsim::events
