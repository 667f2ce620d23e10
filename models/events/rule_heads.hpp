#pragma once
/// Which events any rule of a bus could match at all, by source and detail type. Most events of a
/// world are of no concern to its rules: this spares putting them into JSON.
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace opsim::events {

class RuleHeads {
 public:
  /// `pattern_text` is that of an enabled rule. What is not a plain list of texts counts as any.
  void add(std::string_view pattern_text);
  [[nodiscard]] bool may_match(std::string_view source, std::string_view detail_type) const;

 private:
  using Types = std::set<std::string, std::less<>>;
  std::map<std::string, Types, std::less<>> types_by_source_;  // "" stands for any
};

}  // namespace opsim::events
