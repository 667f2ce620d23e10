// Lifecycle policies.
// AWS: ECR User Guide, "Automate the cleanup of images by using lifecycle policies"
// (LifecyclePolicies): rules by rulePriority; an image is expired by the first rule that matches
// it; "images become expired within 24 hours".
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/ecr/ecr.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecr {

namespace {

using input::member;
using input::text;

/// One * stands for any characters, as in tagPatternList.
bool fits(std::string_view pattern, std::string_view tag) {
  const auto star = pattern.find('*');
  if (star == pattern.npos) return pattern == tag;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  return tag.size() >= before.size() + after.size() && tag.starts_with(before) &&
         tag.ends_with(after);
}

bool concerns(const Json& selection, const Image& image) {
  const std::string status = text(selection, "tagStatus");
  if (status == "any") return true;
  if (status == "untagged") return image.tags.empty();
  const auto prefixes = input::texts(selection, "tagPrefixList");
  const auto patterns = input::texts(selection, "tagPatternList");
  return std::ranges::any_of(image.tags, [&](const std::string& tag) {
    return std::ranges::any_of(prefixes, [&](const auto& one) { return tag.starts_with(one); }) ||
           std::ranges::any_of(patterns, [&](const auto& one) { return fits(one, tag); });
  });
}

/// Digests that one rule expires, of those that no earlier rule concerned.
void apply_rule(const Json& rule, const Repository& repository, SimTime now,
                std::set<std::string>& seen, std::set<std::string>& expired) {
  const Json& selection = member(rule, "selection");
  const std::int64_t number = input::integer(selection, "countNumber").value_or(0);
  const bool by_age = text(selection, "countType") == "sinceImagePushed";
  std::int64_t kept = 0;
  for (auto image = repository.images.rbegin(); image != repository.images.rend(); ++image) {
    if (seen.contains(image->digest) || !concerns(selection, *image)) continue;
    seen.insert(image->digest);
    ++kept;
    const bool old = now - image->pushed >= std::chrono::hours{24} * number;
    if (by_age ? old : kept > number) expired.insert(image->digest);
  }
}

}  // namespace

void apply_lifecycle(Ecr& all, Repository& repository) {
  const Json policy = Json::parse(repository.lifecycle, nullptr, false);
  const Json& rules = member(policy, "rules");
  if (!rules.is_array()) return;
  std::vector<Json> ordered(rules.begin(), rules.end());
  std::ranges::stable_sort(ordered, {}, [](const Json& rule) {
    return input::integer(rule, "rulePriority").value_or(0);
  });
  std::set<std::string> seen;
  std::set<std::string> expired;
  for (const Json& rule : ordered)
    apply_rule(rule, repository, all.cloud.sim().now(), seen, expired);
  std::vector<Image> gone;
  std::erase_if(repository.images, [&](const Image& one) {
    if (!expired.contains(one.digest)) return false;
    gone.push_back(one);
    return true;
  });
  for (const Image& image : gone) tell_action(all, repository, image, "DELETE");
}

/// What expires by age is looked at again when it can be old enough.
void look_at_lifecycle_later(Ecr& all, const Repository& repository) {
  if (repository.lifecycle.empty()) return;
  std::set<std::int64_t> days{1};
  const Json policy = Json::parse(repository.lifecycle, nullptr, false);
  if (const Json& rules = member(policy, "rules"); rules.is_array())
    for (const Json& rule : rules)
      if (text(member(rule, "selection"), "countType") == "sinceImagePushed")
        days.insert(std::clamp<std::int64_t>(
            input::integer(member(rule, "selection"), "countNumber").value_or(1) + 1, 1, 3'650));
  for (const std::int64_t day : days)
    all.cloud.sim().after(std::chrono::hours{24} * day,
                          [&all, place = repository.place, name = repository.name] {
                            const auto found = all.repositories.find({place, name});
                            if (found != all.repositories.end())
                              apply_lifecycle(all, found->second);
                          });
}

}  // namespace opsim::ecr
