#include "opsim/cloud/look_up.hpp"

#include <string_view>

namespace opsim {

namespace {

enum class Wants { nothing, id, arn };

Wants wanted_at(std::string_view key) {
  if (key.ends_with('s')) key.remove_suffix(1);
  if (key.ends_with("Arn") || key == "arn") return Wants::arn;
  // `Id` alone is often one's own: of a target of a rule.
  if (key.ends_with("Id") && key != "Id") return Wants::id;
  if (key.ends_with("ID") && key != "ID") return Wants::id;  // of `drs`: sourceServerID
  return Wants::nothing;
}

void look_up(Cloud& cloud, Json& value, Wants wants) {
  if (value.is_object()) {
    for (auto& [key, inner] : value.items()) look_up(cloud, inner, wanted_at(key));
    return;
  }
  if (value.is_array()) {
    for (Json& inner : value) look_up(cloud, inner, wants);
    return;
  }
  if (wants == Wants::nothing || !value.is_string()) return;
  const Resource* named = cloud.resources().find_named(value.get_ref<const std::string&>());
  if (named == nullptr) return;
  value = wants == Wants::arn && !named->arn.empty() ? named->arn : named->physical_id;
}

}  // namespace

void look_up_ids(Cloud& cloud, Json& input) { look_up(cloud, input, Wants::nothing); }

}  // namespace opsim
