#include "opsim/cloud/place.hpp"

#include <fmt/format.h>

#include <array>

namespace opsim {

std::optional<Arn> Arn::parse(std::string_view text) {
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn" || parts[1].empty() || parts[2].empty() || text.empty())
    return std::nullopt;
  return Arn{std::string{parts[1]}, std::string{parts[2]}, std::string{parts[3]},
             std::string{parts[4]}, std::string{text}};
}

std::string Arn::text() const {
  return fmt::format("arn:{}:{}:{}:{}:{}", partition, service, region, account, resource);
}

std::string arn(const Place& place, std::string_view service, std::string_view resource) {
  std::string text;
  text.reserve(32 + service.size() + place.region.size() + place.account.size() + resource.size());
  text.append("arn:").append(partition_of(place.region));
  for (const std::string_view part :
       {service, std::string_view{place.region}, std::string_view{place.account}, resource})
    text.append(":").append(part);
  return text;
}

// AWS General Reference: ARN namespaces: aws, aws-cn (China), aws-us-gov (GovCloud).
std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

std::vector<std::string> zones_of(std::string_view region) {
  std::vector<std::string> zones;
  for (const char letter : {'a', 'b', 'c'}) zones.push_back(fmt::format("{}{}", region, letter));
  return zones;
}

}  // namespace opsim
