#include "opsim/scenario/stack.hpp"

namespace opsim {

bool Exports::add(const Place& place, std::string name, Export exported) {
  return all_.emplace(std::pair{place, std::move(name)}, std::move(exported)).second;
}

const Exports::Export* Exports::find(const Place& place, std::string_view name) const {
  const auto found = all_.find({place, std::string{name}});
  return found == all_.end() ? nullptr : &found->second;
}

void Exports::remove(const Place& place, std::string_view name) {
  all_.erase({place, std::string{name}});
}

std::vector<std::string_view> Exports::names(const Place& place) const {
  std::vector<std::string_view> names;
  for (const auto& [key, exported] : all_)
    if (key.first == place) names.emplace_back(key.second);
  return names;
}

}  // namespace opsim
