#include "sim/scenario/stack_convention.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/stack_convention_table.hpp"

namespace opsim {

namespace {

std::string lowered(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string arn_of(const Convention& row, const Place& place, std::string_view name) {
  const bool regional = row.scope == ArnScope::regional;
  return fmt::format("arn:{}:{}:{}:{}:{}{}", partition_of(place.region), row.arn_service,
                     regional ? place.region : "",
                     row.scope == ArnScope::global ? "" : place.account, row.arn_prefix, name);
}

/// "AWS::Glue::Crawler" is service "glue", resource "crawler/"; "Custom::Thing" is "custom".
Convention made_of_type(const std::string& lower_type, std::string_view type) {
  Convention row{.type = type};
  std::string_view rest = lower_type;
  if (rest.starts_with("aws::")) rest.remove_prefix(5);
  const auto colons = rest.find("::");
  row.arn_service = rest.substr(0, colons);
  row.arn_prefix = colons == std::string_view::npos ? std::string_view{} : rest.substr(colons + 2);
  return row;
}

/// "The physical ID of a resource without a name of its own: stack name, logical id, random
/// characters" (User Guide, "Name type"). The characters are a counter here.
std::string name_of(Cloud& cloud, const StackSettings& stack, const TemplateResource& resource,
                    std::string_view property, const Json& properties) {
  const auto own = properties.find(property);
  if (!property.empty() && own != properties.end() && own->is_string())
    return own->get<std::string>();
  const std::string name = cloud.next_id(fmt::format("{}-{}-", stack.name, resource.logical_id));
  return resource.type == "AWS::S3::Bucket" ? lowered(name) : name;
}

}  // namespace

Standing conventional_resource(Cloud& cloud, const StackSettings& stack,
                               const TemplateResource& resource, const Json& properties) {
  const std::string lower_type = lowered(resource.type);
  const Convention* known = find_convention(resource.type);
  const Convention row = known != nullptr ? *known : made_of_type(lower_type, resource.type);
  Standing made{.state = Standing::State::stands};
  const std::string name = row.reference == Reference::id
                               ? cloud.next_id(row.name_property)
                               : name_of(cloud, stack, resource, row.name_property, properties);
  made.arn = arn_of(row, stack.place, known == nullptr ? "/" + name : name);
  switch (row.reference) {
    case Reference::id:
    case Reference::name: made.physical_id = name; break;
    case Reference::arn: made.physical_id = made.arn; break;
    case Reference::url:
      made.physical_id = fmt::format("https://{}.{}.amazonaws.com/{}/{}", row.arn_service,
                                     stack.place.region, stack.place.account, name);
      break;
  }
  // Attributes that repeat a property: AvailabilityZone of a subnet, SecurityGroups of a balancer.
  for (const auto& [key, value] : properties.items())
    if (value.is_string() || value.is_array()) made.attributes[key] = value;
  return made;
}

Json conventional_attribute(const TemplateResource& resource, const Standing& standing,
                            std::string_view name, const Place& place) {
  const auto slash = standing.arn.find_last_of("/:");
  const std::string own =
      slash == std::string::npos ? standing.physical_id : standing.arn.substr(slash + 1);
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  constexpr std::string_view kLists[] = {
      "CidrBlockAssociations", "DnsEntries",          "Ipv6CidrBlocks", "LoadBalancerArns",
      "NameServers",           "NetworkInterfaceIds", "SecurityGroups"};
  if (ends("DNSName") || ends("DomainName") || ends("Address") || ends("Endpoint"))
    return fmt::format("{}.{}.amazonaws.com", lowered(own), place.region);
  if (ends("Port")) return "443";
  if (ends("URL") || ends("Url") || ends("Uri"))
    return fmt::format("https://{}.{}.amazonaws.com", lowered(own), place.region);
  if (ends("Arn") || ends("ARN")) return standing.arn;
  if (ends("FullName")) return standing.arn.substr(standing.arn.rfind(':') + 1);
  if (ends("Name")) return own;
  if (ends("Id") || ends("ID")) return standing.physical_id;
  std::string text = fmt::format("{}.{}", resource.logical_id, name);
  if (std::ranges::find(kLists, name) != std::end(kLists)) return Json::array({std::move(text)});
  return text;
}

}  // namespace opsim
