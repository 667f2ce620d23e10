#pragma once
/// Where things are in AWS: accounts, Regions, Availability Zones, and the ARNs made of them.
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opsim {

/// One account in one Region: the scope of nearly every AWS name. Both are short enough to need no
/// allocation, so a Place is cheap to copy and to use as the first part of a map's key.
struct Place {
  std::string account;  // twelve digits, always text: "012345678901" keeps its zero
  std::string region;   // "us-east-1"
  auto operator<=>(const Place&) const = default;
};

/// arn:partition:service:region:account:resource. `resource` keeps its colons and slashes.
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;  // "alarm:disk", "function:clean", "automation-definition/CleanUp:$DEFAULT"

  /// Nothing when `text` has not the six parts of an ARN.
  static std::optional<Arn> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Place place() const { return {account, region}; }
};

/// arn(place, "cloudwatch", "alarm:disk") with the partition of the Region (aws, aws-cn,
/// aws-us-gov).
std::string arn(const Place& place, std::string_view service, std::string_view resource);
std::string_view partition_of(std::string_view region);

/// The Availability Zones of a Region in the order of Fn::GetAZs. SIMPLIFIED: three per Region,
/// letters a to c; real accounts see two to six, and letters differ between accounts.
std::vector<std::string> zones_of(std::string_view region);

}  // namespace opsim
