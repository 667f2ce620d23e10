// Roles, users and groups: found, made, and which policies they hold.
#include <fmt/format.h>

#include <algorithm>

#include "models/iam/iam.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

std::string_view id_prefix(IdentityKind kind) {
  if (kind == IdentityKind::role) return "AROA";
  return kind == IdentityKind::user ? "AIDA" : "AGPA";
}

Name attachment(const Holder& holder) {
  return {holder.identity->account,
          fmt::format("{}/{}", kind_name(holder.kind), holder.identity->name)};
}

}  // namespace

std::string_view kind_name(IdentityKind kind) {
  if (kind == IdentityKind::role) return "role";
  return kind == IdentityKind::user ? "user" : "group";
}

std::string iam_arn(const Place& place, std::string_view kind, std::string_view path,
                    std::string_view name) {
  return fmt::format("arn:{}:iam::{}:{}{}{}", partition_of(place.region), place.account, kind,
                     path.empty() ? "/" : path, name);
}

const Role* Iam::find_role(const std::string& account, std::string_view name) const {
  const auto found = roles.find({account, std::string{name}});
  return found == roles.end() ? nullptr : &found->second;
}

Identity* find_identity(Iam& iam, IdentityKind kind, const std::string& account,
                        const std::string& name) {
  const auto in = [&](auto& all) -> Identity* {
    const auto found = all.find({account, name});
    return found == all.end() ? nullptr : &found->second;
  };
  if (kind == IdentityKind::role) return in(iam.roles);
  return kind == IdentityKind::user ? in(iam.users) : in(iam.user_groups);
}

Identity& make_identity(Iam& iam, IdentityKind kind, const Place& place, const std::string& name,
                        const Json& members) {
  const Name key{place.account, name};
  Identity& made = kind == IdentityKind::role   ? static_cast<Identity&>(iam.roles[key])
                   : kind == IdentityKind::user ? static_cast<Identity&>(iam.users[key])
                                                : iam.user_groups[key];
  made.name = name;
  made.account = place.account;
  if (const std::string path = input::text(members, "Path"); !path.empty()) made.path = path;
  made.id = iam.cloud.next_id(id_prefix(kind));
  made.arn = iam_arn(place, kind_name(kind), made.path, name);
  made.created = iam.cloud.sim().now();
  made.boundary = input::text(members, "PermissionsBoundary");
  made.tags = input::tags(input::member(members, "Tags"));
  return made;
}

Role& make_role(Iam& iam, const Place& place, const std::string& name, const Json& members) {
  auto& role = static_cast<Role&>(make_identity(iam, IdentityKind::role, place, name, members));
  role.description = input::text(members, "Description");
  role.max_session_seconds = input::integer(members, "MaxSessionDuration").value_or(3600);
  role.trust = input::member(members, "AssumeRolePolicyDocument");
  return role;
}

std::vector<Holder> holders_of(const Iam& iam, const Identity& identity, IdentityKind kind) {
  std::vector<Holder> holders{{&identity, kind}};
  if (kind != IdentityKind::user) return holders;
  for (const std::string& name : static_cast<const User&>(identity).groups) {
    const auto group = iam.user_groups.find({identity.account, name});
    if (group != iam.user_groups.end()) holders.push_back({&group->second, IdentityKind::group});
  }
  return holders;
}

std::vector<const Policy*> known_policies(const Iam& iam, const Holder& holder) {
  std::vector<const Policy*> all;
  for (const Policy& policy : holder.identity->inline_policies) all.push_back(&policy);
  if (const auto more = iam.attached.find(attachment(holder)); more != iam.attached.end())
    for (const Policy& policy : more->second) all.push_back(&policy);
  const auto add = [&](const std::vector<std::string>& arns) {
    for (const std::string& arn : arns)
      if (const auto own = iam.managed.find(arn); own != iam.managed.end())
        all.push_back(&own->second);
  };
  add(holder.identity->managed);
  const auto more = iam.attached_managed.find(attachment(holder));
  if (more != iam.attached_managed.end()) add(more->second);
  return all;
}

std::vector<std::string> unknown_policies(const Iam& iam, const Holder& holder) {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& arns) {
    for (const std::string& arn : arns)
      if (!iam.managed.contains(arn)) all.push_back(arn);
  };
  add(holder.identity->managed);
  const auto more = iam.attached_managed.find(attachment(holder));
  if (more != iam.attached_managed.end()) add(more->second);
  return all;
}

void take_off_everything(Iam& iam, Identity& identity, IdentityKind kind) {
  const Name holder{identity.account, fmt::format("{}/{}", kind_name(kind), identity.name)};
  iam.attached.erase(holder);
  iam.attached_managed.erase(holder);
  identity.managed.clear();
  identity.inline_policies.clear();
  if (kind == IdentityKind::user) iam.users[{identity.account, identity.name}].groups.clear();
  if (kind != IdentityKind::role) return;
  for (auto& [name, profile] : iam.profiles)
    if (name.first == identity.account) std::erase(profile.roles, identity.name);
}

}  // namespace opsim::iam
