#pragma once
/// Every resource that stands in the world: which stack and line it came from, what AWS calls it.
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/text_index.hpp"

namespace opsim {

struct Resource {
  std::string logical_id{};   // as the user named it: "WebFleet"; an instance's is its own id
  std::string type{};         // "AWS::AutoScaling::AutoScalingGroup"
  std::string physical_id{};  // what Ref gives: a name, an id or an ARN, as the type's page says
  std::string arn{};          // "" where the type has none
  Place place{};
  std::string stack{};               // stack name, "" when made by an API call or a service
  std::string owner{};               // physical id of what made it (an instance's group), or ""
  std::string source{};              // "stack.yaml:34", or ""
  Json attributes = Json::object();  // what Fn::GetAtt gives
  std::map<std::string, std::string> tags{};
};

class Resources {
 public:
  Resource& add(Resource resource);
  /// As add; but where the maker entered a resource of this physical id and type itself and no
  /// stack has it yet, that entry gains the logical id, the stack, the source and the tags.
  Resource& add_or_complete(Resource resource);
  /// By physical id, then ARN, then logical id, then "stack/logical id"; null when unknown.
  [[nodiscard]] const Resource* find(std::string_view any_name) const;
  [[nodiscard]] Resource* find(std::string_view any_name);
  /// As a scenario means a name: by logical id or "stack/logical id" first, then as find().
  [[nodiscard]] const Resource* find_named(std::string_view name) const;
  void remove(std::string_view physical_id);
  /// In the order of creation.
  [[nodiscard]] std::vector<const Resource*> of_type(std::string_view type) const;
  [[nodiscard]] std::vector<const Resource*> owned_by(std::string_view physical_id) const;
  /// What holds a private address, by its attribute PrivateIp (an instance, a task); the newest
  /// where several did. What is gone is still found, without a type.
  [[nodiscard]] const Resource* at_address(const Place& place, std::string_view address) const;
  [[nodiscard]] static std::string address_of(const Resource& resource);
  /// "stack.yaml:34" for any name of it, or "".
  [[nodiscard]] std::string_view source_of(std::string_view any_name) const;
  /// What people call it: the logical id, or the physical id where there is none.
  [[nodiscard]] std::string_view name_of(std::string_view any_name) const;
  /// Every name, for "did you mean".
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::deque<Resource> all_;  // addresses stay; removed ones have an empty type
  void enter_names(Resource& resource);
  [[nodiscard]] Resource* look_up(std::string_view any_name) const;
  TextIndex<Resource*> by_id_;    // physical ids and ARNs
  TextIndex<Resource*> by_name_;  // logical ids, also with their stack
  std::map<std::string, std::vector<Resource*>, std::less<>> by_owner_;
  std::map<std::pair<Place, std::string>, Resource*> by_address_;
};

}  // namespace opsim
