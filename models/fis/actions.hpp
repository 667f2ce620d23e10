#pragma once
/// The table of actions and of what they aim at.
///
/// AWS: FIS User Guide, "AWS FIS actions reference" (fis-actions-reference) and "Targets".
#include <span>
#include <string_view>

#include "models/fis/effect.hpp"
#include "models/fis/experiment_template.hpp"

namespace opsim::fis {

struct ParameterRow {
  std::string_view name;
  bool required = false;
  std::string_view otherwise = {};  // the default
  /// What it may be, where the reference says so: "1-100" is a range of numbers, "PT2M-PT15M" one
  /// of durations, "ingress|egress" a choice; with a + at its end, a list with commas of these.
  std::string_view range = {};
};

/// What a target of a type is and where its resources are found: by a describe call of its service.
struct TargetRow {
  std::string_view type = {};       // "aws:ec2:instance"
  std::string_view service = {};    // "ec2"
  std::string_view operation = {};  // "DescribeInstances"; "" for what is only found by ARN
  std::string_view list = {};       // where the answer lists them: "Reservations/Instances"
  std::string_view id = {};         // member: "InstanceId"
  std::string_view arn = {};   // member that is the ARN; or, with a colon or slash, the resource
                               // part before the id: "instance/"
  std::string_view of = {};    // CloudFormation type whose quantities its faults change
  std::string_view zone = {};  // path of its zone, for availabilityZoneIdentifier
  std::span<const ParameterRow> parameters = {};
  std::string_view not_simulated = {};
  /// Where it takes more than one call (look_up.hpp); else `operation` lists them all.
  std::vector<Json> (*find)(Cloud&, const Place&, const Texts& parameters) = nullptr;
  [[nodiscard]] bool is_looked_up() const { return find != nullptr || !operation.empty(); }
};

struct ActionRow {
  std::string_view id;
  std::string_view description;
  std::string_view target;  // the key in `targets`: "Instances"; "" for none
  std::string_view type;    // resource type of that target
  std::span<const ParameterRow> parameters = {};
  const Effect* effect = nullptr;
  std::string_view not_simulated = {};
};

[[nodiscard]] std::span<const ActionRow> action_rows();  // sorted by id
[[nodiscard]] std::span<const TargetRow> target_rows();  // sorted by type
[[nodiscard]] const ActionRow* find_action(std::string_view id);
[[nodiscard]] const TargetRow* find_target(std::string_view type);

}  // namespace opsim::fis
