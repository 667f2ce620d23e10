#include <algorithm>

#include "models/features/features.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/running_version.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::features {

Division look_at_flag(Cloud& cloud, const Json& settings) {
  const Json asked{{"Application", input::text(settings, "application")},
                   {"Environment", input::text(settings, "environment")},
                   {"Profile", input::text(settings, "profile")},
                   {"Key", input::text(settings, "key")}};
  const auto answer = cloud.inspect(cloud.home(), "appconfig", "InspectFlag", asked);
  if (!answer) return {};
  const double users = answer->value("Users", 0.0) / 100;
  const double share = answer->value("Share", 0.0) / 100;
  return {users, users > 0 ? share / users : 0};
}

Division look_at_record(Cloud& cloud, const Json& settings) {
  const Json asked{{"Name", input::text(settings, "name")}, {"Type", "A"}};
  const auto answer = cloud.inspect(cloud.home(), "route53", "InspectResolution", asked);
  if (!answer) return {};
  double share = 0;
  for (const Json& client : input::member(*answer, "Clients"))
    if (input::text(client, "SetIdentifier") == input::text(settings, "answer"))
      share += client.value("Share", 0.0);
  return {1, share};
}

Division look_at_version(Cloud& cloud, const Json& settings) {
  const Resource* group = cloud.resources().find_named(input::text(settings, "of"));
  if (group == nullptr) return {};
  const std::vector<std::string> members = cloud.members(group->physical_id);
  const std::string named = input::text(settings, "named");
  const auto on = std::ranges::count_if(members, [&](const std::string& member) {
    const RunningVersion version = version_of(cloud, member);
    return version.name == named && version.answer != 0;
  });
  const double users = parse_percent(input::text(settings, "for")).value_or(100) / 100;
  return {users,
          members.empty() ? 0 : static_cast<double>(on) / static_cast<double>(members.size())};
}

}  // namespace opsim::features
