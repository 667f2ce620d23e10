#pragma once
#include <cstdint>
#include <string_view>

namespace opsim {

/// CloudFormation's YAML short forms and the keys they stand for.
/// AWS: "Intrinsic function reference" of the CloudFormation User Guide.
struct ShortForm {
  std::string_view tag;
  std::string_view key;
};

inline constexpr ShortForm kShortForms[] = {
    {"!And", "Fn::And"},
    {"!Base64", "Fn::Base64"},
    {"!Cidr", "Fn::Cidr"},
    {"!Condition", "Condition"},
    {"!Contains", "Fn::Contains"},
    {"!EachMemberEquals", "Fn::EachMemberEquals"},
    {"!EachMemberIn", "Fn::EachMemberIn"},
    {"!Equals", "Fn::Equals"},
    {"!FindInMap", "Fn::FindInMap"},
    {"!GetAZs", "Fn::GetAZs"},
    {"!GetAtt", "Fn::GetAtt"},
    {"!If", "Fn::If"},
    {"!ImportValue", "Fn::ImportValue"},
    {"!Join", "Fn::Join"},
    {"!Length", "Fn::Length"},
    {"!Not", "Fn::Not"},
    {"!Or", "Fn::Or"},
    {"!Ref", "Ref"},
    {"!RefAll", "Fn::RefAll"},
    {"!Select", "Fn::Select"},
    {"!Split", "Fn::Split"},
    {"!Sub", "Fn::Sub"},
    {"!ToJsonString", "Fn::ToJsonString"},
    {"!Transform", "Fn::Transform"},
    {"!ValueOf", "Fn::ValueOf"},
    {"!ValueOfAll", "Fn::ValueOfAll"},
};

/// 1 + row, 0 for a tag that is none of them.
[[nodiscard]] constexpr std::uint8_t short_form(std::string_view tag) {
  std::uint8_t row = 1;
  for (const ShortForm& form : kShortForms) {
    if (form.tag == tag) return row;
    ++row;
  }
  return 0;
}

}  // namespace opsim
