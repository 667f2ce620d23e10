// AWS: Config Developer Guide, "Creating Templates for Custom Conformance Packs": "Only resources
// of type Config rule (AWS::Config::ConfigRule) and remediation action
// (AWS::Config::RemediationConfiguration) are supported"; parameters and conditions as in
// CloudFormation.
// SIMPLIFIED: of the intrinsic functions Ref, Fn::If, Fn::Equals, Fn::Not, Fn::And, Fn::Or and
// Fn::Sub are worked out.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/packs.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"

namespace opsim::config {

namespace {

class PackValues {
 public:
  PackValues(const Json& text, const Json& given, const Place& place) : text_{text} {
    const Json& declared = input::member(text, "Parameters");
    if (declared.is_object())
      for (const auto& [name, parameter] : declared.items())
        values_[name] = input::text(parameter, "Default");
    if (given.is_array())
      for (const Json& one : given)
        values_[input::text(one, "ParameterName")] = input::text(one, "ParameterValue");
    values_["AWS::AccountId"] = place.account;
    values_["AWS::Region"] = place.region;
    values_["AWS::Partition"] = std::string{partition_of(place.region)};
  }

  /// Functions replaced by what they give; a property without a value is left out.
  [[nodiscard]] Json resolve(const Json& value, int depth = 0) const {
    if (depth > kDeepest) return {};
    if (value.is_array()) {
      Json list = Json::array();
      for (const Json& one : value)
        if (Json got = resolve(one, depth + 1); !got.is_null()) list.push_back(std::move(got));
      return list;
    }
    if (!value.is_object()) return value;
    if (value.size() == 1) {
      const auto& [name, argument] = *value.get_ref<const Json::object_t&>().begin();
      if (name == "Ref") return look_up(input::text(argument));
      if (name == "Fn::Sub") return substitute(input::text(argument));
      if (name == "Fn::If" && argument.is_array() && argument.size() == 3)
        return resolve(argument[holds_named(input::text(argument[0]), depth) ? 1 : 2], depth + 1);
    }
    Json object = Json::object();
    for (const auto& [name, one] : value.items())
      if (Json got = resolve(one, depth + 1); !got.is_null()) object[name] = std::move(got);
    return object;
  }
  [[nodiscard]] bool is_made(const Json& resource) const {
    const std::string condition = input::text(resource, "Condition");
    return condition.empty() || holds_named(condition, 0);
  }

 private:
  static constexpr int kDeepest = 100;

  [[nodiscard]] Json look_up(const std::string& name) const {
    const auto found = values_.find(name);
    if (name == "AWS::NoValue") return {};
    return found == values_.end() ? Json(name) : Json(found->second);
  }
  [[nodiscard]] std::string substitute(std::string text) const {
    for (const auto& [name, value] : values_) {
      const std::string hole = "${" + name + "}";
      for (auto at = text.find(hole); at != text.npos; at = text.find(hole, at + value.size()))
        text.replace(at, hole.size(), value);
    }
    return text;
  }
  [[nodiscard]] bool holds_named(const std::string& name, int depth) const {
    return holds_all(input::member(input::member(text_, "Conditions"), name), depth + 1);
  }
  [[nodiscard]] bool holds_all(const Json& condition, int depth) const {
    if (!condition.is_object() || condition.size() != 1 || depth > kDeepest) return false;
    const auto& [name, argument] = *condition.get_ref<const Json::object_t&>().begin();
    if (name == "Condition") return holds_named(input::text(argument), depth + 1);
    if (!argument.is_array()) return false;
    const auto holds_one = [&](const Json& one) { return holds_all(one, depth + 1); };
    if (name == "Fn::Not") return !std::ranges::any_of(argument, holds_one);
    if (name == "Fn::And") return std::ranges::all_of(argument, holds_one);
    if (name == "Fn::Or") return std::ranges::any_of(argument, holds_one);
    return name == "Fn::Equals" && argument.size() == 2 &&
           input::text(resolve(argument[0], depth + 1)) ==
               input::text(resolve(argument[1], depth + 1));
  }

  const Json& text_;
  std::map<std::string, std::string> values_;
};

ApiError invalid(std::string why) {
  return {"ConformancePackTemplateValidationException", std::move(why)};
}

}  // namespace

ApiResult<PackTemplate> read_pack(const Json& given, const Place& place) {
  const Json& body = input::member(given, "TemplateBody");
  if (!body.is_string() && !body.is_object())
    return ApiError{"InvalidParameterValueException",
                    "TemplateBody is needed here: templates in buckets are not read"};
  Json text = body;
  if (body.is_string()) {
    try {
      text = read_yaml("conformance pack", body.get<std::string>()).root.to_json();
    } catch (const BadInput&) {
      return invalid("The template is not valid YAML or JSON");
    }
  }
  const Json& resources = input::member(text, "Resources");
  if (!resources.is_object() || resources.empty()) return invalid("The template has no Resources");
  const PackValues values{text, input::member(given, "ConformancePackInputParameters"), place};
  PackTemplate pack;
  for (const auto& [name, resource] : resources.items()) {
    const std::string type = input::text(resource, "Type");
    if (type != "AWS::Config::ConfigRule" && type != "AWS::Config::RemediationConfiguration")
      return invalid(
          fmt::format("Resource type {} of {} is not supported in a conformance pack", type, name));
    if (!values.is_made(resource)) continue;
    Json properties = values.resolve(input::member(resource, "Properties"));
    const bool rule = type == "AWS::Config::ConfigRule";
    if (rule && input::text(properties, "ConfigRuleName").empty())
      properties["ConfigRuleName"] = name;
    (rule ? pack.rules : pack.remediations).push_back(std::move(properties));
  }
  return pack;
}

}  // namespace opsim::config
