#include "opsim/cloud/resources.hpp"

#include <algorithm>
#include <set>

#include "sim/cloud/shown_name.hpp"

namespace opsim {

Resource& Resources::add(Resource resource) {
  Resource& added = all_.emplace_back(std::move(resource));
  enter_names(added);
  if (!added.owner.empty()) by_owner_[added.owner].push_back(&added);
  return added;
}

Resource& Resources::add_or_complete(Resource resource) {
  Resource* known = find(resource.physical_id);
  if (known == nullptr || known->type != resource.type || !known->stack.empty() ||
      known->physical_id != resource.physical_id)
    return add(std::move(resource));
  known->logical_id = std::move(resource.logical_id);
  known->stack = std::move(resource.stack);
  known->source = std::move(resource.source);
  if (known->arn.empty()) known->arn = std::move(resource.arn);
  known->attributes.update(resource.attributes);
  known->tags.merge(resource.tags);
  enter_names(*known);
  return *known;
}

/// What only stands beside another resource goes by its name, and has no ARN: a bucket's policy, a
/// rule's remediation.
bool stands_beside(const Resource* holder, const Resource& resource) {
  return holder != nullptr && !holder->arn.empty() && !holder->type.empty() &&
         resource.arn.empty() && holder->type != resource.type;
}

/// The newest holder of a name answers to it: an instance replaced under one logical id.
void Resources::enter_names(Resource& resource) {
  if (!resource.physical_id.empty())
    if (Resource*& holder = by_id_[resource.physical_id]; !stands_beside(holder, resource))
      holder = &resource;
  if (!resource.arn.empty()) by_id_[resource.arn] = &resource;
  if (std::string address = address_of(resource); !address.empty())
    by_address_[{resource.place, std::move(address)}] = &resource;
  if (resource.logical_id.empty()) return;
  by_name_[resource.logical_id] = &resource;
  if (!resource.stack.empty()) by_name_[resource.stack + "/" + resource.logical_id] = &resource;
}

Resource* Resources::look_up(std::string_view any_name) const {
  if (Resource* const* found = by_id_.find(any_name)) return *found;
  Resource* const* found = by_name_.find(any_name);
  return found == nullptr ? nullptr : *found;
}

const Resource* Resources::find(std::string_view any_name) const { return look_up(any_name); }

Resource* Resources::find(std::string_view any_name) { return look_up(any_name); }

const Resource* Resources::find_named(std::string_view name) const {
  Resource* const* found = by_name_.find(name);
  return found == nullptr ? find(name) : *found;
}

void Resources::remove(std::string_view physical_id) {
  Resource* resource = find(physical_id);
  if (resource == nullptr) return;
  if (const auto owned = by_owner_.find(resource->owner); owned != by_owner_.end())
    std::erase(owned->second, resource);
  // Its names stay: a timeline still speaks of what is gone. Its type goes: nothing finds it by it.
  resource->type.clear();
}

std::vector<const Resource*> Resources::of_type(std::string_view type) const {
  std::vector<const Resource*> found;
  for (const Resource& resource : all_)
    if (resource.type == type) found.push_back(&resource);
  return found;
}

std::vector<const Resource*> Resources::owned_by(std::string_view physical_id) const {
  const auto found = by_owner_.find(physical_id);
  if (found == by_owner_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

const Resource* Resources::at_address(const Place& place, std::string_view address) const {
  const auto found = by_address_.find({place, std::string{address}});
  return found == by_address_.end() ? nullptr : found->second;
}

std::string Resources::address_of(const Resource& resource) {
  if (!resource.attributes.is_object()) return {};
  const auto found = resource.attributes.find("PrivateIp");
  return found != resource.attributes.end() && found->is_string() ? found->get<std::string>()
                                                                  : std::string{};
}

std::string_view Resources::source_of(std::string_view any_name) const {
  const Resource* resource = find(any_name);
  return resource == nullptr ? std::string_view{} : resource->source;
}

std::string_view Resources::name_of(std::string_view any_name) const {
  const Resource* resource = find(any_name);
  return resource == nullptr ? any_name : shown_name(*resource);
}

std::vector<std::string> Resources::names() const {
  std::set<std::string> names;
  for (const Resource& resource : all_) {
    if (resource.type.empty()) continue;
    names.insert({resource.physical_id, resource.arn, resource.logical_id});
    if (!resource.stack.empty() && !resource.logical_id.empty())
      names.insert(resource.stack + "/" + resource.logical_id);
  }
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace opsim
