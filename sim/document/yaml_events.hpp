#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document/source_text.hpp"
#include "sim/document/tree_builder.hpp"

namespace opsim {

/// What stands before a value, and where the first of it stands.
struct YamlProperties {
  std::size_t offset = 0;
  std::string_view tag = {};     // "!Ref", "tag:yaml.org,2002:str"; "" where there is none
  std::string_view anchor = {};  // "" where there is none
};

/// Takes the events of one YAML document and builds the tree: resolves plain scalars, expands
/// CloudFormation's short forms, follows aliases.
class YamlEvents {
 public:
  YamlEvents(const SourceText& source, TreeBuilder& builder) : source_(source), builder_(builder) {}

  void scalar(const YamlProperties& properties, std::string_view text, bool plain);
  void start(NodeKind kind, const YamlProperties& properties);
  void end();
  void alias(std::size_t offset, std::string_view anchor);

 private:
  enum class Next : std::uint8_t { item, key, value };
  struct Level {
    Next next = Next::item;
    bool wrapped = false;  // a short form: two cells close at once
  };
  [[nodiscard]] bool wants_key() const;
  void take_key(std::string_view text, std::size_t offset);
  void refuse_key(std::size_t offset);
  [[nodiscard]] bool passed_over();
  void value_done();
  void remember(std::string_view anchor, std::uint32_t cell);

  void tagged_scalar(std::string_view tag, std::string_view text, std::size_t offset);
  void attribute(std::string_view text, Position at);
  [[nodiscard]] bool check_tag(std::string_view tag, std::size_t offset);
  [[nodiscard]] std::size_t after_properties(std::size_t offset) const;

  const SourceText& source_;
  TreeBuilder& builder_;
  std::vector<Level> levels_;
  std::map<std::string, std::uint32_t, std::less<>> anchors_;
  std::size_t passing_ = 0;  // levels open of a key that is no text
  bool pass_value_ = false;  // and then its value
};

}  // namespace opsim
