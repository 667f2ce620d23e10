#pragma once
/// What CloudFormation knows of the types that it works on: which call makes, changes or removes
/// one, how long it takes, and which properties cannot be changed in place.
#include <span>
#include <string>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim::cloudformation {

/// One type. Seconds are medians and estimates: how long from the call until the type's handler
/// says that the resource is stable.
struct TypeRow {
  std::string_view type;
  std::string_view service;  // endpoint; "" where no call is simulated
  std::string_view create;   // operation: what the worker's role must allow
  std::string_view update;   // "" where it is not simulated or never happens in place
  std::string_view remove;
  /// The member of update and remove that names the resource; "AlarmNames[]" is a list of it.
  std::string_view update_id;
  std::string_view remove_id;
  /// Properties that update and remove need besides: "AutoScalingGroupName,LifecycleHookName".
  std::string_view also;
  double create_seconds;
  double update_seconds;
  double remove_seconds;
};
/// A row with the usual seconds for a type that has none of its own.
[[nodiscard]] const TypeRow& type_row(std::string_view type);
[[nodiscard]] std::span<const TypeRow> type_rows();

/// "Update requires" of a property's page.
enum class Recreation : std::uint8_t { never, conditionally, always };
[[nodiscard]] std::string_view to_string(Recreation recreation);
/// AWS: CloudFormation Template Reference, the page of each type. A property that is not listed is
/// updated in place.
[[nodiscard]] Recreation recreation_of(std::string_view type, std::string_view property,
                                       const Json& before, const Json& after);

/// The input of a row's call for a resource that stands as `physical_id`.
[[nodiscard]] Json call_input(std::string_view id_member, std::string_view also,
                              const std::string& physical_id, const Json& properties);

}  // namespace opsim::cloudformation
