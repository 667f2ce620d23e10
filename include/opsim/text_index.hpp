#pragma once
/// Names and ids of which there are many, found in constant time.
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace opsim {

/// Value by text. It cannot be iterated: no result may depend on the order of a hash. A value moves
/// when others are entered.
template <class Value>
class TextIndex {
 public:
  /// Null where nothing has that name.
  [[nodiscard]] Value* find(std::string_view name) {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const Value* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  /// Made empty where it was not there.
  Value& operator[](std::string_view name) {
    if (Value* known = find(name)) return *known;
    return values_.try_emplace(std::string{name}).first->second;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  boost::unordered_flat_map<std::string, Value, Hash, std::equal_to<>> values_;
};

}  // namespace opsim
